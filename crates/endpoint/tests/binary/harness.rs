//! A running `leadglass` with a folder of its own.

use std::{
    env,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

pub const FORM: &str = include_str!("../../src/testing/form.toml");

const DEADLINE: Duration = Duration::from_secs(30);

pub struct Server {
    child: Child,
    address: String,
    private_address: String,
    database: String,
    folder: Option<TempDir>,
}

impl Server {
    pub fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_with(settings, &[])
    }

    pub fn start_with(settings: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::launch(folder_with_form(), settings, arguments, "leads.sqlite")
    }

    /// Starts on what an earlier one left behind.
    pub fn start_in(folder: TempDir, settings: &[(&str, &str)]) -> Self {
        Self::launch(folder, settings, &[], "leads.sqlite")
    }

    /// Starts on a database that is not in its folder.
    pub fn start_over(database: &str, settings: &[(&str, &str)]) -> Self {
        Self::launch(folder_with_form(), settings, &[], database)
    }

    fn launch(folder: TempDir, settings: &[(&str, &str)], arguments: &[&str], database: &str) -> Self {
        let log = File::create(folder.path().join("log")).unwrap();
        let mut child = program()
            .args(["serve", "--listen", "127.0.0.1:0", "--private-listen", "127.0.0.1:0"])
            .args(["--forms", "forms", "--database", database])
            .args(arguments)
            // Whatever a test sends comes from one address.
            .env("LEADGLASS_ADDRESS_RATE_PER_MINUTE", "0")
            .envs(settings.iter().copied())
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let [address, private_address] = [(); 2].map(|()| {
            let mut line = String::new();
            lines.read_line(&mut line).unwrap();
            let Some((_, address)) = line.trim().rsplit_once("://") else {
                panic!("it did not start: {}", fs::read_to_string(folder.path().join("log")).unwrap())
            };
            address.to_owned()
        });
        Self { child, address, private_address, database: database.to_owned(), folder: Some(folder) }
    }

    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// Asks the private API.
    pub fn ask(&self, method: &str, path: &str, token: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = connect(&self.private_address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {token}\r\n{headers}\
             content-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        read_answer(stream).unwrap()
    }

    pub fn folder(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder().join("log")).unwrap()
    }

    pub fn submit(&self, body: &str) -> (u16, String) {
        try_submit(&self.address, body).unwrap()
    }

    pub fn post(&self, path: &str, body: &str) -> (u16, String) {
        try_post(&self.address, path, body).unwrap()
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let mut stream = connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        read_answer(stream).unwrap()
    }

    pub fn leads(&self) -> Vec<serde_json::Value> {
        // From its folder, if it is a file there
        let arguments = ["leads", "--json", "--limit", "100000", "--database", &self.database];
        let output = program().args(arguments).current_dir(self.folder()).output().unwrap();
        let [json, fault] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        serde_json::from_str(&json).unwrap_or_else(|_| panic!("{fault}"))
    }

    /// Kills it at once (SIGKILL) and leaves its files.
    pub fn kill(mut self) -> TempDir {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.folder.take().unwrap()
    }

    /// Asks it to stop (SIGTERM).
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    pub fn wait(mut self) -> (ExitStatus, String, TempDir) {
        let status = self.child.wait().unwrap();
        (status, self.log(), self.folder.take().unwrap())
    }
}

fn folder_with_form() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("forms")).unwrap();
    fs::write(folder.path().join("forms/enquiry.toml"), FORM).unwrap();
    folder
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A submission under key number `number`.
pub fn submission(number: u32, name: &str) -> String {
    format!(
        r#"{{"key":"0191d3c0-0000-4000-8000-{number:012}","answers":{{"name":"{name}","email":"ana@example.org","agree":true}}}}"#
    )
}

pub fn try_submit(address: &str, body: &str) -> Option<(u16, String)> {
    try_post(address, "/v1/forms/enquiry/submissions", body)
}

fn try_post(address: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = connect(address).ok()?;
    let length = body.len();
    write!(stream, "POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
        .ok()?;
    read_answer(stream)
}

/// A connection whose reads end some time.
pub fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(DEADLINE))?;
    Ok(stream)
}

/// The status and body of the answer; `None` where the connection ends without a whole one.
pub fn read_answer(stream: impl Read) -> Option<(u16, String)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut length = None;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(": ") {
            Some(("content-length", value)) => length = value.parse::<usize>().ok(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length?];
    reader.read_exact(&mut body).ok()?;
    String::from_utf8(body).ok().map(|body| (status, body))
}

/// The program, with no settings but those of its test: what runs the tests has variables of its own.
pub fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_leadglass"));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LEADGLASS_")) {
        program.env_remove(name);
    }
    program
}

/// Runs the program to its end: exit code, standard output, standard error.
pub fn run(arguments: &[&str]) -> (i32, String, String) {
    run_with(arguments, &[])
}

/// The same, with settings in its environment.
pub fn run_with(arguments: &[&str], settings: &[(&str, &str)]) -> (i32, String, String) {
    let output = program().args(arguments).envs(settings.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Waits for something to become true.
pub fn until(mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < DEADLINE, "it does not come true");
        thread::yield_now();
    }
}
