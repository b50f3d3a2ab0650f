//! Plans: posted and completed by Dreamers, looked for by Makers, and the quotes on them.

pub mod answers;
mod ask_maker;
mod complete_plan;
mod count_plans;
mod delete_plan;
mod list_for_maker;
mod list_own;
mod list_quotes;
mod order;
mod post_plan;
mod send_quote;
mod show_plan;

use super::routes::{Endpoint, endpoints};

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![
        count_plans::count_plans,
        list_for_maker::list_plans_for_maker,
        list_own::list_own_plans,
        show_plan::show_plan,
        post_plan::post_plan,
        delete_plan::delete_plan,
        complete_plan::complete_plan,
        ask_maker::ask_maker,
        ask_maker::turn_down_request,
        list_quotes::list_quotes_on_plan,
        send_quote::send_quote,
    ]
}
