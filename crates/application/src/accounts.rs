//! What people can do with their accounts: sign up, log in and out, refresh, change themselves.

mod authenticate;
mod log_in;
mod log_out;
mod password_gate;
mod refresh;
mod sign_up;
mod tokens;
mod update_account;
mod update_profile;

pub use authenticate::Authenticate;
pub use log_in::{LogIn, LogInTx};
pub use log_out::{LogOut, LogOutTx};
pub use password_gate::PasswordGate;
pub use refresh::{Refresh, RefreshTx};
pub use sign_up::{Registration, SignUp, SignUpTx};
pub use tokens::{Grant, TokenLifetimes, TokenMint};
pub use update_account::{AccountUpdate, UpdateAccount, UpdateAccountTx};
pub use update_profile::{UpdateProfile, UpdateProfileTx};
