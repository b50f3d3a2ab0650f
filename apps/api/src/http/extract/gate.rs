//! Keeps extractors from answering before it's known who calls.

use actix_web::{HttpMessage, HttpRequest};
use tokio_util::sync::CancellationToken;

/// Opens once the caller has been authenticated or refused. actix runs all extractors of a handler at
/// once and answers with the first failure; without the gate a malformed body would win over a missing
/// token, since looking up a session takes longer.
#[derive(Debug, Clone)]
pub struct Gate(CancellationToken);

impl Gate {
    /// Closes the gate of this request; it opens when what is answered is dropped.
    pub fn close(request: &HttpRequest) -> impl Drop + use<> {
        let token = CancellationToken::new();
        request.extensions_mut().insert(Self(token.clone()));
        token.drop_guard()
    }

    /// Waits until the caller of this request is known, if the handler asked for one in an earlier
    /// argument.
    pub fn passed(request: &HttpRequest) -> impl Future<Output = ()> + use<> {
        let gate = request.extensions().get::<Self>().cloned();
        async move {
            if let Some(Self(token)) = gate {
                token.cancelled().await;
            }
        }
    }
}
