//! Over TLS, to a server that takes nothing else.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::PathBuf,
    process,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::{
    store::{
        Kept, LeadStore, Store,
        contract::{AT, lead, server},
        postgres::{Options, Postgres},
    },
    testing::postgres::Cluster,
};

/// A server that is reached over TLS with a password, and the file of the authority that vouches for it.
struct Guarded {
    _cluster: Cluster,
    host: String,
    authorities: PathBuf,
}

impl Guarded {
    fn start() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        // An address of this process's own, so that no port of another is in the way.
        let [.., high, low] = process::id().to_be_bytes();
        let host = format!("127.77.{high}.{low}");
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([host.clone()]).unwrap().signed_by(&key, &authority).unwrap();
        let cluster = Cluster::make();
        let key = write(&cluster, "server.key", &key.serialize_pem());
        let certificate = write(&cluster, "server.pem", &certificate.pem());
        let authorities = write(&cluster, "authorities.pem", &authority.pem());
        cluster.init(&[
            ("listen_addresses", &host),
            ("ssl", "on"),
            ("ssl_key_file", key.to_str().unwrap()),
            ("ssl_cert_file", certificate.to_str().unwrap()),
        ]);
        fs::write(cluster.data().join("pg_hba.conf"), "local all all trust\nhostssl all all all scram-sha-256\n")
            .unwrap();
        cluster.run();
        cluster.sql("CREATE ROLE guest LOGIN PASSWORD 's3cret'; CREATE SCHEMA guest AUTHORIZATION guest");
        Self { _cluster: cluster, host, authorities }
    }

    fn options(&self, host: &str, rest: &str) -> Options {
        let address = format!("postgres://guest:s3cret@{host}/postgres?{rest}");
        Options { authorities: Some(self.authorities.clone()), ..server(&address) }
    }
}

/// A file that the server alone reads, as it wants a key to be.
fn write(cluster: &Cluster, name: &str, text: &str) -> PathBuf {
    let path = cluster.folder().join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let owner = fs::metadata(cluster.folder()).unwrap();
    chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
    path
}

#[tokio::test]
async fn a_server_is_reached_over_tls_and_only_if_an_authority_vouches_for_its_name() {
    let guarded = Guarded::start();
    let options = guarded.options(&guarded.host, "sslmode=require&channel_binding=require");
    let store = Postgres::open(&options).await.unwrap();
    let connection = store.connection().await.unwrap();
    let sql = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert_eq!(connection.query_one(sql, &[]).await.unwrap().get::<_, &str>(0), "TLSv1.3");
    super::keep_form(&store).await;
    assert!(matches!(store.keep_lead(lead(1, "Ana", AT)).await, Ok(Kept::New(_))));
    assert_eq!(store.check().await, Ok(()));
    let refused = async |options: &Options| {
        let told = Postgres::open(options).await.err().unwrap().to_string();
        assert!(!told.contains("s3cret"), "{told}");
        told
    };
    let told = refused(&Options { authorities: None, ..options.clone() }).await;
    assert!(told.contains("UnknownIssuer"), "{told}");
    let told = refused(&guarded.options(&guarded.host, "sslmode=disable")).await;
    assert!(told.contains("no encryption"), "{told}");
    let elsewhere = format!("localhost&hostaddr={}", guarded.host);
    let told = refused(&guarded.options("", &format!("sslmode=require&host={elsewhere}"))).await;
    assert!(told.contains("not valid for name"), "{told}");
}
