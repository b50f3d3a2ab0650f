//! What the descriptions of the real operations promise.

use auth::{Password, PasswordAttempt};
use chat::MessageText;
use kernel::{Coconuts, Text};
use payment::{MerchantPaymentId, Won};
use plan::{Address, Details, Title};
use review::Rating;
use serde_json::Value;
use user::{Description, DetailDescription, Gallery, NickName, PhoneNumber};

use super::{Blueprint, state};
use crate::http::messages;

fn document() -> Value {
    serde_json::from_slice(Blueprint::new(state()).unwrap().document()).unwrap()
}

/// The code names in backticks behind "Refuses with".
fn refusals(description: &str) -> impl Iterator<Item = &str> {
    let promised = description.split_once("Refuses with").map_or("", |(_, codes)| codes);
    promised.split('`').skip(1).step_by(2)
}

#[test]
fn every_refusal_that_is_named_has_its_sentence() {
    let document = document();
    let mut named = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            for code in refusals(operation["description"].as_str().unwrap_or_default()) {
                assert!(messages::find(code).is_some(), "{path} refuses with {code}");
                named += 1;
            }
        }
    }
    assert!(named > 40, "the descriptions were read");
}

#[test]
fn every_operation_for_one_role_can_answer_403() {
    let document = document();
    for (path, method) in [
        ("/users/following", "get"),
        ("/follow", "post"),
        ("/follow", "delete"),
        ("/plans", "post"),
        ("/plans/maker", "get"),
        ("/plans/dreamer", "get"),
        ("/plans/{id}/assign", "post"),
        ("/plans/{id}/assign", "delete"),
        ("/plans/{planId}/quotes", "get"),
        ("/plans/{planId}/quotes", "post"),
        ("/quotes", "get"),
        ("/reviews", "post"),
        ("/reviews/me", "get"),
    ] {
        let refused = &document["paths"][path][method]["responses"]["403"]["description"];
        assert!(refused.as_str().unwrap().contains("ROLE_FORBIDDEN"), "{method} {path}");
    }
}

/// Whether a text of so many characters is one that the domain accepts.
fn accepts<T: TryFrom<String>>(length: usize) -> bool {
    T::try_from("x".repeat(length)).is_ok()
}

#[test]
fn the_lengths_in_the_document_are_those_of_the_domain() {
    type Accepts = fn(usize) -> bool;
    let fields: [(&str, Accepts); 23] = [
        ("NewcomerBody/properties/nickName", accepts::<NickName>),
        ("NewcomerBody/properties/phoneNumber", accepts::<PhoneNumber>),
        ("NewcomerBody/properties/password", accepts::<Password>),
        ("LogInBody/properties/password", accepts::<PasswordAttempt>),
        ("CheckNickNameBody/properties/nickName", accepts::<NickName>),
        ("UpdateAccountBody/properties/nickName", accepts::<NickName>),
        ("UpdateAccountBody/properties/phoneNumber", accepts::<PhoneNumber>),
        ("UpdateAccountBody/properties/password", accepts::<PasswordAttempt>),
        ("UpdateAccountBody/properties/newPassword", accepts::<Password>),
        ("SignUpBody_NewMakerProfile/properties/profile/properties/gallery", accepts::<Gallery>),
        ("SignUpBody_NewMakerProfile/properties/profile/properties/description", accepts::<Description>),
        (
            "SignUpBody_NewMakerProfile/properties/profile/properties/detailDescription",
            accepts::<DetailDescription>,
        ),
        ("MakerProfileUpdateBody/properties/gallery", accepts::<Gallery>),
        ("MakerProfileUpdateBody/properties/detailDescription", accepts::<DetailDescription>),
        ("NewPlanBody/properties/title", accepts::<Title>),
        ("NewPlanBody/properties/details", accepts::<Details>),
        ("NewPlanBody/properties/address", accepts::<Address>),
        ("NewQuoteBody/properties/content", accepts::<quote::Content>),
        ("NewReviewBody/properties/content", accepts::<review::Content>),
        ("NewPaymentBody/properties/paymentId", accepts::<MerchantPaymentId>),
        ("NewPaymentBody/properties/orderName", accepts::<Text<200>>),
        ("NewPaymentBody/properties/method", accepts::<Text<50>>),
        ("NewTextBody/properties/content", accepts::<MessageText>),
    ];
    let document = document();
    for (field, accepts) in fields {
        let described = document.pointer(&format!("/components/schemas/{field}")).expect(field);
        let limit = |name: &str| described[name].as_u64().map(|limit| usize::try_from(limit).unwrap());
        let (least, most) = (limit("minLength").unwrap_or(0), limit("maxLength").expect(field));
        assert!(accepts(least) && accepts(most) && !accepts(most + 1), "{field}");
        assert!(least == 0 || !accepts(least - 1), "{field}");
    }
}

#[test]
fn the_ranges_in_the_document_are_those_of_the_domain() {
    let schemas = &document()["components"]["schemas"];
    let range = |schema: &str, field: &str| {
        let described = &schemas[schema]["properties"][field];
        (described["minimum"].as_i64().unwrap(), described["maximum"].as_i64().unwrap())
    };
    assert_eq!(range("NewQuoteBody", "price"), (1, Coconuts::MAX));
    assert_eq!(range("NewPaymentBody", "amount"), (Won::PER_COCONUT, Won::MAX));
    assert_eq!(range("NewReviewBody", "rating"), (Rating::MIN.into(), Rating::MAX.into()));
}

#[test]
fn lists_tell_their_page_size_and_order_when_nobody_asks() {
    let document = document();
    let default = |path: &str, name: &str| {
        let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap().iter();
        let named = parameters.filter(|parameter| parameter["name"] == name).collect::<Vec<_>>();
        assert_eq!(named.len(), 1, "{path} {name}");
        assert_eq!(named[0]["required"], false, "{path} {name}");
        named[0]["schema"]["default"].clone()
    };
    for (path, size) in [
        ("/users/makers", 5),
        ("/users/following", 10),
        ("/plans/maker", 5),
        ("/plans/dreamer", 3),
        ("/plans/{planId}/quotes", 2),
        ("/quotes", 2),
        ("/reviews/me", 5),
        ("/reviews/{makerId}", 5),
        ("/coconuts", 5),
        ("/chatRooms", 5),
        ("/chatRooms/{id}/chats", 5),
        ("/notifications", 100),
    ] {
        assert_eq!((default(path, "page"), default(path, "pageSize")), (1.into(), size.into()), "{path}");
    }
    for (path, order) in
        [("/users/makers", "REVIEWS"), ("/plans/maker", "RECENT"), ("/plans/dreamer", "RECENT")]
    {
        assert_eq!(default(path, "orderBy"), order, "{path}");
    }
    let sent = &document["paths"]["/quotes"]["get"]["parameters"][2];
    assert_eq!((&sent["name"], &sent["required"]), (&"isSent".into(), &true.into()));
}
