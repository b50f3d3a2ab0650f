//! Fixtures and the contract of the ports.
