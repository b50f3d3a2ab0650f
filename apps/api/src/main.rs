//! The entry point of `goforme`.

fn main() {}
