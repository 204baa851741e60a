//! What strangers may try.

mod addresses;
mod answers;
mod budget;
mod certificates;
mod names;
mod net;
mod redirects;
mod server;
mod slow;
mod urls;
