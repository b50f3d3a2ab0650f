use super::{as_caller, call, get};

#[actix_web::test]
async fn a_repeated_key_is_a_list_and_a_single_value_a_list_of_one() {
    for (query, answered) in [
        ("", r"[[],null,null]"),
        ("?status=PENDING", r#"[["PENDING"],null,null]"#),
        ("?status=PENDING&other=1&status=CONFIRMED", r#"[["PENDING","CONFIRMED"],null,null]"#),
        ("?isAssigned=false&keyword=%EB%B6%80%EC%82%B0+1", r#"[[],false,"부산 1"]"#),
    ] {
        assert_eq!(call(get(&format!("/plans{query}"))).await.text(), answered, "{query}");
    }
}

#[actix_web::test]
async fn a_bad_value_is_refused_with_its_key() {
    for (query, field) in [
        ("status=pending", "status[0]"),
        ("status=PENDING&status=", "status[1]"),
        ("isAssigned=on", "isAssigned"),
        ("isAssigned=", "isAssigned"),
        ("isAssigned=true&isAssigned=true", "isAssigned"),
        ("keyword=a&keyword=b", "keyword"),
    ] {
        assert_eq!(call(get(&format!("/plans?{query}"))).await.field_error().0, field, "{query}");
    }
}

#[actix_web::test]
async fn each_list_has_its_own_page_size() {
    let total = |uri| async move { call(as_caller(get(uri), "dreamer")).await.json()["totalCount"].clone() };
    assert_eq!(total("/plans/dreamer").await, 3);
    assert_eq!(total("/plans/dreamer?pageSize=8&status=PENDING").await, 8);
}
