//! One HTTP server for all functions.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body as AxumBody,
    extract::{ConnectInfo, State},
    response::Response as AxumResponse,
};
use futures::channel::oneshot;
use lambda_http::{Body, http, tracing};
use shomei_http::{Peer, Problem};
use tokio::{net::TcpListener, signal::ctrl_c};

use crate::{Failed, functions::Functions, installation::Installation};

/// The gateway takes no larger body either.
const MAX_BODY: usize = 6 * 1024 * 1024;

/// How long open requests may take after the interrupt.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// How often the store is asked for what the cloud's stream would bring.
const STREAM: Duration = Duration::from_millis(250);

/// How often it is asked whether a list was left lying.
const LISTS: Duration = Duration::from_mins(1);

/// How long what could not be done waits for the next try.
const SETBACK: Duration = Duration::from_secs(15);

/// From here on, the causes of failures go to standard error. What a command prints stays clean.
pub(crate) fn log() {
    let _ = tracing::subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .try_init();
}

/// Serves until the process is interrupted. Open requests are answered first; a second interrupt cuts them.
pub(crate) async fn serve(
    functions: &Arc<Functions>,
    installation: &Installation,
    listen: SocketAddr,
) -> Result<(), Failed> {
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("{listen} cannot be listened on ({error}); choose another with --listen"))?;
    println!(
        "Serving {} on {listen}. Staff token: {} — stop with Ctrl-C.",
        installation.programme.base_url(),
        installation.folder.join("staff-token").display()
    );
    let app = Router::new().fallback(answer).with_state(functions.clone());
    let (stop, stopped) = oneshot::channel::<()>();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let interrupted = async {
        ctrl_c().await?;
        let _ = stop.send(());
        let _ = tokio::time::timeout(LAST_REQUESTS, ctrl_c()).await;
        std::io::Result::Ok(())
    };
    tokio::select! {
        ended = server => ended?,
        never = follow(functions) => match never {},
        interrupted = interrupted => {
            interrupted?;
            eprintln!("Stopped; a request that was still open was cut.");
        }
    }
    Ok(())
}

/// What the cloud's stream does: agreed revocations, owed badges, letters and marked lists are seen to as they come in. What fails is
/// tried again, as there. And lists whose clerk has gone are registered to their end.
async fn follow(functions: &Functions) -> Infallible {
    let mut told = String::new();
    let mut rest = Duration::ZERO;
    loop {
        if rest.is_zero() {
            let done = functions.go_on_with_lists().await.unwrap_or_else(|error| {
                eprintln!("a list is not registered to its end: {error}");
                true
            });
            rest = if done { LISTS } else { Duration::ZERO };
        }
        let pause = match functions.follow().await {
            Ok(()) => {
                told.clear();
                STREAM
            }
            Err(error) => {
                // The same cause again and again is told once.
                if error.to_string() != told {
                    told = error.to_string();
                    eprintln!("revocations, owed badges, letters and status lists wait: {told}");
                }
                SETBACK
            }
        };
        tokio::time::sleep(pause).await;
        rest = rest.saturating_sub(pause);
    }
}

async fn answer(
    State(functions): State<Arc<Functions>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: http::Request<AxumBody>,
) -> AxumResponse {
    let method = request.method().clone();
    let route = functions.route(request.uri().path());
    request.extensions_mut().insert(Peer(peer.ip()));
    let (head, body) = request.into_parts();
    let response = match axum::body::to_bytes(body, MAX_BODY).await {
        Ok(bytes) => {
            let body = if bytes.is_empty() { Body::Empty } else { Body::Binary(bytes.to_vec()) };
            functions.answer(http::Request::from_parts(head, body)).await
        }
        Err(_) => Problem::body_too_large(MAX_BODY).reply(&http::Request::from_parts(head, Body::Empty)),
    };
    eprintln!("{method} {route} {}", response.status().as_u16());
    let (head, body) = response.into_parts();
    let body = match body {
        Body::Text(text) => AxumBody::from(text),
        Body::Binary(bytes) => AxumBody::from(bytes),
        _ => AxumBody::empty(),
    };
    AxumResponse::from_parts(head, body)
}
