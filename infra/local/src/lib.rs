//! `shomei-local`: every function of the bundle in one program on one machine, on the embedded store.
//!
//! The same handlers run here as in the cloud. Only the adapters differ: the store is a file, the key is a file, and
//! mail goes to a folder or to an SMTP server.
#![warn(missing_docs)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

mod bounce;
pub mod embedded;
mod export;
mod functions;
mod installation;
mod key;
mod keys;
mod mail;
mod office;
mod register;
mod replay;
mod run;
mod sample;
mod server;
mod sign_in;
mod told;
mod transfer;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;
use shomei_core::{calendar::Month, office::Role};

use crate::{functions::Functions, installation::Installation, sign_in::Service};

/// What went wrong, in words for the terminal.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Open Badges from a list to a verified badge, on one machine.
#[derive(Parser)]
#[command(name = "shomei-local", version)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Place {
    /// Folder of everything: store, key, staff token, outgoing mail
    #[arg(long, global = true, default_value = "./data")]
    data: PathBuf,
    /// Address that the server listens on
    #[arg(long, global = true, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[arg(
        long,
        global = true,
        help = "Origin that goes into every signed document; fixed at first use [default: http://localhost:8080]"
    )]
    base_url: Option<String>,
    #[arg(
        long,
        global = true,
        help = "Send mail through this server (smtp://user:password@host:587?tls=required), not to the outbox folder"
    )]
    smtp: Option<String>,
    /// The moment at which the program's clock starts, so that a test gives the same on any day
    #[arg(long, global = true, hide = true)]
    clock: Option<Timestamp>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests until stopped
    Serve {
        #[command(flatten)]
        service: Service,
    },
    /// Register achievements (JSON) or candidates (JSON, or CSV as Excel saves it)
    Register {
        /// The file
        file: PathBuf,
    },
    /// Issue and announce every badge that is due for a month and the months before it
    Run {
        /// The month of passing or renewing, such as 2026-10
        month: Month,
    },
    /// Load the samples, run their month, show where to look, and serve
    Try {
        /// Do not serve afterwards
        #[arg(long)]
        no_serve: bool,
        #[command(flatten)]
        service: Service,
    },
    /// Send one of the recorded events (events/FUNCTION.CASE.json) to its function
    Replay {
        /// The file
        event: PathBuf,
    },
    /// Read a signing key's public half from KMS, and print the list of keys that the template is told
    Keys {
        /// The key in KMS: its alias, such as alias/shomei-key-1 or alias/shomei-token-1, or its ARN
        kms_key: String,
        /// The keys listed so far, as they stand in the parameter
        #[arg(long)]
        listed: Option<String>,
        /// The key's name in did.json [default: as its alias ends, or the next number]
        #[arg(long)]
        name: Option<String>,
    },
    /// Mark a key that somebody else may have, and print the list of keys that the template is told
    Distrust {
        /// The key's name, such as key-1
        name: String,
        /// From when on its signatures are refused, such as 2026-11-20T00:00:00Z
        since: String,
        /// The keys listed so far, as they stand in the parameter
        #[arg(long)]
        listed: String,
    },
    /// Pretend that somebody transferred the fee for a deleted badge, and enter the bank's statement
    Transfer {
        /// The eight digits of the order
        reference: String,
        /// Whole yen [default: the fee]
        #[arg(long)]
        amount: Option<u32>,
    },
    /// Print a link that lets one person into the office's pages, once
    Office {
        /// Who it is: the name that the record of what was done shows
        #[arg(long)]
        name: String,
        /// What this person may do: viewer, clerk or approver
        #[arg(long, default_value = "approver", value_parser = office::role)]
        role: Role,
    },
    /// Pretend that the mail service tells what became of the last mail about a badge: it came back for good
    Bounce {
        /// The badge's name or address, or the link in its mail
        badge: String,
        #[command(flatten)]
        instead: bounce::Instead,
    },
    /// Sign the tokens (VC-JWT) that badges issued before do not have yet
    Tokens,
    /// Write every public document, and every issued credential and baked picture, to a folder
    Export {
        /// The folder
        folder: PathBuf,
    },
}

/// The whole program: reads the command line, does one command.
pub async fn main() -> ExitCode {
    match execute(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shomei-local: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(Cli { place, command }: Cli) -> Result<(), Failed> {
    server::log();
    // About keys in the cloud: no folder of this machine is opened.
    if let Command::Keys { kms_key, listed, name } = &command {
        return keys::list(kms_key, name.as_deref(), listed.as_deref()).await;
    }
    if let Command::Distrust { name, since, listed } = &command {
        return keys::distrust(listed, name, since);
    }
    let installation = Installation::open(&place.data, place.base_url.as_deref())?;
    let store = embedded::Store::open(&place.data).await?;
    let service = match &command {
        Command::Serve { service } | Command::Try { service, .. } => Some(service),
        _ => None,
    };
    let functions =
        Functions::new(&installation, &store, place.smtp.as_deref(), place.clock, service).map(Arc::new)?;
    match command {
        Command::Serve { .. } => server::serve(&functions, &installation, place.listen).await,
        Command::Register { file } => register::register(&functions, &file).await,
        Command::Run { month } => run::run(&functions, month).await.map(drop),
        Command::Try { no_serve, .. } => {
            sample::show(&functions, &installation).await?;
            if no_serve { Ok(()) } else { server::serve(&functions, &installation, place.listen).await }
        }
        Command::Replay { event } => replay::replay(&functions, &installation, &store, &event).await,
        Command::Export { folder } => export::export(&functions, &folder).await,
        Command::Transfer { reference, amount } => {
            transfer::transfer(&functions, &installation, &reference, amount).await
        }
        Command::Office { name, role } => office::print_link(&functions, name, role).await,
        Command::Bounce { badge, instead } => bounce::bounce(&functions, &badge, &instead).await,
        Command::Tokens => run::tokens(&functions).await,
        Command::Keys { .. } | Command::Distrust { .. } => Ok(()),
    }
}
