//! The binary; the program itself is the library, so that tests can open its store.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    shomei_local::main().await
}
