//! The embedded store in a process of its own.
//!
//! It remembers the tokens of all transactions of the last ten minutes, and walks through all of them at each transaction.
//! So a long run grows slower with the square of its length, until a process begins anew with none.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use shomei_local::embedded::Store;

/// The store of a folder, held by another process until the value goes. It is then killed without warning.
pub(crate) struct StoreProcess(Child);

impl StoreProcess {
    /// Starts it, and waits until it holds the folder.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("store")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "open\n", "the store did not start");
        Self(child)
    }

    /// The port of the store, through the SDK.
    pub(crate) async fn open(&self, folder: &Path) -> Store {
        Store::open(folder).await.unwrap()
    }

    /// Kills it without warning, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for StoreProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Holds the store of a folder as long as whoever started this process lives.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn serve(folder: &Path) {
    let _held = Store::open(folder).await.unwrap();
    println!("open");
    std::io::stdout().flush().unwrap();
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let _ = ended.await;
}
