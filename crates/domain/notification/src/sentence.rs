//! How a notification reads.

use kernel::TripType;

use crate::payload::Payload;

impl Payload {
    /// One polite sentence in Korean, on one line, that begins with the nickname (if there is one).
    pub fn sentence(&self) -> String {
        let sentence = match self {
            Self::ArriveRequest { nick_name, trip_type } => {
                format!("{nick_name} Dreamer님이 {} 여행의 견적을 요청하셨습니다.", korean(*trip_type))
            }
            Self::ArriveQuote { nick_name, trip_type } => {
                format!("{nick_name} Maker님이 {} 여행의 견적을 보내셨습니다.", korean(*trip_type))
            }
            Self::ConfirmRequest { nick_name } => {
                format!("{nick_name} Dreamer님이 보내 주신 견적을 확정하셨습니다.")
            }
            Self::ConfirmQuote { nick_name } => format!("{nick_name} Maker님의 견적이 확정되었습니다."),
            Self::RejectRequest { nick_name, plan_title } => {
                format!("{nick_name} Maker님이 '{plan_title}' 플랜의 견적 요청을 거절하셨습니다.")
            }
            Self::RejectQuote { nick_name, plan_title } => {
                format!("{nick_name} Dreamer님의 '{plan_title}' 플랜에 보내신 견적이 선택되지 않았습니다.")
            }
            Self::Schedule { plan_title } => format!("내일은 '{plan_title}' 여행이 예정되어 있습니다."),
        };
        // A line break in a title must not become one in a stream of events.
        sentence.replace(char::is_control, " ")
    }
}

/// What Koreans call it.
const fn korean(trip_type: TripType) -> &'static str {
    match trip_type {
        TripType::FoodTour => "맛집 탐방",
        TripType::Shopping => "쇼핑",
        TripType::Relaxation => "휴양",
        TripType::Culture => "문화",
        TripType::Activity => "액티비티",
        TripType::Festival => "축제",
    }
}

#[cfg(test)]
mod tests {
    use kernel::enums::Named;

    use super::*;

    const NICK: &str = "제주곰";
    const TITLE: &str = "가을 제주";

    fn nick_name() -> String {
        NICK.to_owned()
    }

    fn plan_title() -> String {
        TITLE.to_owned()
    }

    #[test]
    fn a_sentence_begins_with_the_nickname_and_what_its_bearer_is() {
        let trip_type = TripType::Festival;
        for payload in [
            Payload::ArriveRequest { nick_name: nick_name(), trip_type },
            Payload::ConfirmRequest { nick_name: nick_name() },
            Payload::RejectQuote { nick_name: nick_name(), plan_title: plan_title() },
        ] {
            assert!(payload.sentence().starts_with("제주곰 Dreamer"), "{payload:?}");
        }
        for payload in [
            Payload::ArriveQuote { nick_name: nick_name(), trip_type },
            Payload::ConfirmQuote { nick_name: nick_name() },
            Payload::RejectRequest { nick_name: nick_name(), plan_title: plan_title() },
        ] {
            assert!(payload.sentence().starts_with("제주곰 Maker"), "{payload:?}");
        }
    }

    #[test]
    fn every_trip_type_is_named_in_korean() {
        for trip_type in TripType::ALL {
            let asked = Payload::ArriveRequest { nick_name: nick_name(), trip_type: *trip_type }.sentence();
            let offered = Payload::ArriveQuote { nick_name: nick_name(), trip_type: *trip_type }.sentence();
            assert!(asked.contains(korean(*trip_type)) && offered.contains(korean(*trip_type)));
            assert!(!asked.contains(trip_type.as_str()));
        }
    }

    #[test]
    fn a_title_is_quoted() {
        for payload in [
            Payload::RejectRequest { nick_name: nick_name(), plan_title: plan_title() },
            Payload::RejectQuote { nick_name: nick_name(), plan_title: plan_title() },
            Payload::Schedule { plan_title: plan_title() },
        ] {
            assert!(payload.sentence().contains("'가을 제주'"), "{payload:?}");
        }
    }

    #[test]
    fn a_sentence_is_one_line_whatever_the_title_holds() {
        let payload = Payload::Schedule { plan_title: "a\r\ndata: b".to_owned() };
        assert_eq!(payload.sentence(), "내일은 'a  data: b' 여행이 예정되어 있습니다.");
    }
}
