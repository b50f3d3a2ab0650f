//! Files of the embedded store, by signed links. Another store serves its files itself.

mod serve_file;

use actix_web::http::Method;

use super::routes::Endpoint;

/// The endpoints of this area. The document leaves them out: what their links look like is nobody's
/// business but ours.
pub fn endpoints() -> Vec<Endpoint> {
    let at = |method| Endpoint::undocumented(method, "/media/{key:.*}", serve_file::serve_file);
    vec![at(Method::GET), at(Method::HEAD)]
}
