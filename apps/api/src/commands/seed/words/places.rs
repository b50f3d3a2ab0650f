//! What the areas are called.

use kernel::ServiceArea;

use super::Language;

/// What people call the area.
pub const fn name(area: ServiceArea, language: Language) -> &'static str {
    let (korean, english) = both(area);
    match language {
        Language::Korean => korean,
        Language::English => english,
    }
}

const fn both(area: ServiceArea) -> (&'static str, &'static str) {
    match area {
        ServiceArea::Seoul => ("서울", "Seoul"),
        ServiceArea::Busan => ("부산", "Busan"),
        ServiceArea::Incheon => ("인천", "Incheon"),
        ServiceArea::Daegu => ("대구", "Daegu"),
        ServiceArea::Daejeon => ("대전", "Daejeon"),
        ServiceArea::Gwangju => ("광주", "Gwangju"),
        ServiceArea::Ulsan => ("울산", "Ulsan"),
        ServiceArea::Sejong => ("세종", "Sejong"),
        ServiceArea::Gyeonggi => ("경기", "Gyeonggi"),
        ServiceArea::Gangwon => ("강원", "Gangwon"),
        ServiceArea::Chungbuk => ("충북", "North Chungcheong"),
        ServiceArea::Chungnam => ("충남", "South Chungcheong"),
        ServiceArea::Jeonbuk => ("전북", "North Jeolla"),
        ServiceArea::Jeonnam => ("전남", "South Jeolla"),
        ServiceArea::Gyeongbuk => ("경북", "North Gyeongsang"),
        ServiceArea::Gyeongnam => ("경남", "South Gyeongsang"),
        ServiceArea::Jeju => ("제주", "Jeju"),
    }
}
