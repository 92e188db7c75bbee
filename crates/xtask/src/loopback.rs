//! The smallest HTTP client that can ask our own server on this machine.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
}

/// Accepts brotli, as every current browser does (over TLS), and takes the body as it came over the wire.
pub fn get(address: SocketAddr, path: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\naccept-encoding: br\r\nconnection: close\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes)
}

/// Sends a body with headers of the caller's.
pub fn ask(address: SocketAddr, method: &str, path: &str, headers: &[&str], body: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let headers = headers.iter().fold(String::new(), |text, header| text + header + "\r\n");
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes)
}

/// Asks until the server says that it is ready; gives up when it is no longer `alive` or takes too long.
pub fn wait_until_ready(address: SocketAddr, patience: Duration, mut alive: impl FnMut() -> bool) -> Result<()> {
    let started = Instant::now();
    while started.elapsed() < patience {
        if get(address, "/readyz").is_ok_and(|answer| answer.status == 200) {
            return Ok(());
        }
        ensure!(alive(), "the server ended before it was ready");
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("the server did not answer at http://{address}/readyz within {} s", patience.as_secs())
}

fn parse(bytes: &[u8]) -> Result<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").context("the answer has no end of headers")?;
    let headers = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let status = headers.split(' ').nth(1).and_then(|code| code.parse().ok()).context("the answer has no status")?;
    ensure!(!headers.contains("transfer-encoding: chunked"), "the answer has no length");
    Ok(Answer { status, headers, body: bytes[end + 4..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_answer_has_a_status_and_the_bytes_of_its_body() {
        let answer = parse(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\ncontent-length: 3\r\n\r\n\x01\r\n").unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"\x01\r\n"[..]));
        assert!(answer.headers.contains("content-encoding: br"));
    }

    #[test]
    fn half_an_answer_is_an_error() {
        assert!(parse(b"HTTP/1.1 200 OK\r\n").is_err());
    }
}
