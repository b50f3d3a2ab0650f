mod rules;
mod state_machine;
