//! Which certificates are believed.

use std::sync::Arc;

use tokio::{sync::OnceCell, task::spawn_blocking};
use tokio_rustls::rustls::{
    ClientConfig, Error, RootCertStore, client::Resumption, crypto::aws_lc_rs, pki_types::CertificateDer,
};

/// The TLS configuration, made when it is first needed.
#[derive(Debug)]
pub(crate) struct Trust {
    roots: Option<Vec<CertificateDer<'static>>>,
    config: OnceCell<Option<Arc<ClientConfig>>>,
}

impl Trust {
    pub(crate) fn of_platform() -> Self {
        Self { roots: None, config: OnceCell::new() }
    }

    #[cfg(any(test, feature = "loopback"))]
    pub(crate) fn of(roots: Vec<CertificateDer<'static>>) -> Self {
        Self { roots: Some(roots), config: OnceCell::new() }
    }

    /// None if nothing is trusted here; the log says so once.
    pub(crate) async fn config(&self) -> Option<Arc<ClientConfig>> {
        self.config.get_or_init(|| self.load()).await.clone()
    }

    async fn load(&self) -> Option<Arc<ClientConfig>> {
        let given = self.roots.clone();
        let read = || spawn_blocking(|| rustls_native_certs::load_native_certs().certs);
        let roots = match given {
            Some(roots) => roots,
            None => read().await.unwrap_or_default(),
        };
        let mut store = RootCertStore::empty();
        let (added, _) = store.add_parsable_certificates(roots);
        if added == 0 {
            tracing::error!("no trusted roots were found, so no document can be fetched: set SSL_CERT_FILE");
            return None;
        }
        configure(store)
            .map(Arc::new)
            .inspect_err(|error| tracing::error!(%error, "TLS cannot be set up"))
            .ok()
    }
}

fn configure(roots: RootCertStore) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A session that is resumed would tell a host who comes back, as a cookie does.
    config.resumption = Resumption::disabled();
    Ok(config)
}
