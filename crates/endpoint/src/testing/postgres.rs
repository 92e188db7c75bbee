//! Clusters of `PostgreSQL` that vanish with the tests that started them.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// A running cluster, reached by a socket in a folder of its own.
pub struct Cluster {
    folder: PathBuf,
    user: User,
    // Stops the server and removes the folder when its input ends: also where the tests are killed, and for a cluster
    // in a static, which nobody drops.
    keeper: Child,
}

impl Cluster {
    /// The one that the tests of a process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[("max_connections", "300")]))
    }

    /// A new one.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let cluster = Self::make();
        cluster.init(settings);
        cluster.run();
        cluster
    }

    /// Makes its data, with settings for the first start.
    pub fn init(&self, settings: &[(&str, &str)]) {
        // The files of an empty cluster need no sync: a test that loses its machine has lost.
        self.command("initdb", &["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=leadglass"])
            .arg(self.data())
            .finish();
        self.configure(settings);
    }

    /// The folder of a cluster, without its data yet.
    pub fn make() -> Self {
        let user = User::of_servers();
        let folder = tempfile::tempdir().unwrap();
        user.give(folder.path());
        let folder = folder.keep();
        let script = "cat; \"$0\" stop --silent --mode=immediate --pgdata=\"$1/data\"; rm -rf \"$1\"";
        let mut keeper = user.command("sh");
        keeper.args(["-c", script]).arg(program("pg_ctl")).arg(&folder);
        // What a terminal sends to the tests is none of its business.
        std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
        let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { folder, user, keeper }
    }

    /// Settings for the next start.
    pub fn configure(&self, settings: &[(&str, &str)]) {
        use std::io::Write;
        let mut file = OpenOptions::new().append(true).open(self.data().join("postgresql.conf")).unwrap();
        let folder = self.folder.display().to_string();
        let ours = [("listen_addresses", ""), ("unix_socket_directories", &folder), ("shared_buffers", "32MB")];
        for (name, value) in ours.iter().chain(settings) {
            writeln!(file, "{name} = '{value}'").unwrap();
        }
    }

    /// Starts its server, or starts it again.
    pub fn run(&self) {
        let log = self.folder.join("log");
        self.command("pg_ctl", &["start", "--wait", "--silent", "--timeout=60"])
            .arg("--log")
            .arg(log)
            .arg("--pgdata")
            .arg(self.data())
            .finish();
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of its data.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// An address of it, with settings for each session such as `search_path=one`.
    pub fn address(&self, options: &str) -> String {
        let folder = self.folder().display();
        let options = options.split_whitespace().map(|option| format!("-c%20{}", option.replace('=', "%3D")));
        let options = options.collect::<Vec<_>>().join("%20");
        format!("postgres://leadglass@/postgres?host={folder}&options={options}")
    }

    /// An address of a schema that no other test has.
    pub fn fresh(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let schema = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.sql(&format!("CREATE SCHEMA {schema}"));
        self.address(&format!("search_path={schema}"))
    }

    /// Runs statements, as a program that is none of ours; what they print, without heads.
    pub fn sql(&self, statements: &str) -> String {
        let mut psql =
            self.command("psql", &["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--username=leadglass"]);
        psql.args(["--dbname=postgres", "--set=ON_ERROR_STOP=1", "--command", statements])
            .arg("--host")
            .arg(&self.folder);
        psql.finish().trim().to_owned()
    }

    /// One of the programs of `PostgreSQL`, run as the user of its servers.
    pub fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = self.user.command(program(name));
        command.args(arguments).env("LC_ALL", "C").current_dir(&self.folder);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Who may run a server: ourselves, or where we are root, whom the package made for it.
struct User(Option<(u32, u32)>);

impl User {
    fn of_servers() -> Self {
        let id = |arguments: &[&str]| Command::new("id").args(arguments).finish().trim().parse::<u32>().unwrap();
        Self((id(&["-u"]) == 0).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"]))))
    }

    fn give(&self, folder: &Path) {
        if let Some((user, group)) = self.0 {
            std::os::unix::fs::chown(folder, Some(user), Some(group)).unwrap();
        }
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(program);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }
}

/// Runs a command to its end.
pub trait Finish {
    /// What it printed.
    fn finish(&mut self) -> String;
}

impl Finish for Command {
    fn finish(&mut self) -> String {
        let output = self.output().unwrap_or_else(|error| panic!("{self:?}: {error}"));
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?}: {}: {told}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }
}

/// A program of the server: Debian has them out of the way, by version.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions);
    let found = folders.into_iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("PostgreSQL's `{name}` is missing; `cargo xtask tools` installs it"))
}
