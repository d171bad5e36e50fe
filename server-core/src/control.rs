//! The control channel: one socket file for each server process, one JSON object a line (see [`plenum_admin`]).
//!
//! Who may open the file may control the server: it is private to the service's account. A request that is no JSON,
//! or longer than the limit, is answered with an error and ends the connection.

use std::io;
use std::path::{Path, PathBuf};

use plenum_admin::{Answer, Request};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// The longest request.
const REQUEST_LIMIT: u64 = 64 * 1024;

/// Opens the socket file. A file that a killed process left behind is replaced; a live server's is an error.
pub async fn listen(path: &Path) -> io::Result<UnixListener> {
    if UnixStream::connect(path).await.is_ok() {
        return Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            format!(
                "{}: a server of this computer runs already; stop it first (Stop-CsWindowsService does not end the process, `kill` does)",
                path.display()
            ),
        ));
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Serves requests until the task is dropped.
pub async fn serve<F, A>(listener: UnixListener, answer: F)
where
    F: Fn(Request) -> A + Clone + Send + 'static,
    A: Future<Output = Answer> + Send + 'static,
{
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, answer.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "the control socket did not accept a connection");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse<F, A>(stream: UnixStream, answer: F)
where
    F: Fn(Request) -> A,
    A: Future<Output = Answer>,
{
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut reader)
            .take(REQUEST_LIMIT)
            .read_until(b'\n', &mut line)
            .await
        {
            Ok(count) if count > 0 => {}
            _ => return,
        }
        let parsed = serde_json::from_slice::<Request>(&line);
        let refused = parsed.is_err();
        let reply = match parsed {
            Ok(request) => answer(request).await,
            Err(error) => Answer::Failed {
                id: "BadRequest".to_owned(),
                message: format!("The server does not understand the request: {error}."),
                hint: Some("Use a shell of the server's version.".to_owned()),
            },
        };
        let Ok(mut text) = serde_json::to_vec(&reply) else {
            return;
        };
        text.push(b'\n');
        if writer.write_all(&text).await.is_err() || refused {
            return;
        }
    }
}

/// A request that did not reach a server, or whose answer did not come back.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Nobody listens.
    #[error("no server of this computer is running ({0})")]
    NotRunning(PathBuf),
    /// The connection broke.
    #[error("the server's control socket {path} failed: {source}")]
    Broken {
        /// The socket file.
        path: PathBuf,
        /// How.
        source: io::Error,
    },
}

/// Sends a request to the server behind a socket file and waits for its answer.
pub async fn request(path: &Path, request: &Request) -> Result<Answer, ControlError> {
    let broken = |source| ControlError::Broken {
        path: path.to_owned(),
        source,
    };
    let stream = UnixStream::connect(path)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                ControlError::NotRunning(path.to_owned())
            }
            _ => broken(error),
        })?;
    let (reader, mut writer) = stream.into_split();
    let mut text = serde_json::to_vec(request).map_err(|error| broken(error.into()))?;
    text.push(b'\n');
    writer.write_all(&text).await.map_err(broken)?;
    let mut line = Vec::new();
    BufReader::new(reader)
        .read_until(b'\n', &mut line)
        .await
        .map_err(broken)?;
    if line.is_empty() {
        return Err(broken(io::ErrorKind::UnexpectedEof.into()));
    }
    serde_json::from_slice(&line).map_err(|error| broken(error.into()))
}
