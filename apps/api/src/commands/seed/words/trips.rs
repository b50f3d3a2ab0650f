//! What dreamers wish, makers offer, and dreamers say afterwards. `{area}` stands for where the trip goes.

use kernel::TripType;

use super::Phrases;

/// Titles of plans of that type.
pub const fn titles(trip_type: TripType) -> Phrases {
    match trip_type {
        TripType::FoodTour => Phrases {
            korean: &["{area} 골목 맛집 탐방", "현지인이 가는 {area} 식당", "{area} 시장에서 먹는 하루"],
            english: &["Eating our way through {area}", "A market day in {area}", "Where {area} eats"],
        },
        TripType::Shopping => Phrases {
            korean: &["{area} 편집숍 쇼핑", "{area}에서 부모님 선물 고르기", "{area} 전통시장 장보기"],
            english: &["Gifts from {area}", "The small shops of {area}", "Looking for old things in {area}"],
        },
        TripType::Relaxation => Phrases {
            korean: &["{area}에서 쉬어 가는 이틀", "온천과 산책, {area}", "조용한 {area} 여행"],
            english: &[
                "Two slow days in {area}",
                "Baths and walks around {area}",
                "A quiet weekend in {area}",
            ],
        },
        TripType::Culture => Phrases {
            korean: &["{area} 역사 산책", "{area} 박물관과 한옥", "사찰에서 보내는 하루, {area}"],
            english: &["The old streets of {area}", "Museums and hanok in {area}", "A temple day in {area}"],
        },
        TripType::Activity => Phrases {
            korean: &["{area} 등산과 캠핑", "자전거로 도는 {area}", "{area} 트레킹 첫걸음"],
            english: &["Hiking in {area}", "{area} by bicycle", "A tent and the stars of {area}"],
        },
        TripType::Festival => Phrases {
            korean: &["{area} 불꽃축제 함께 보기", "{area} 봄꽃 축제", "{area} 야시장과 공연"],
            english: &[
                "Fireworks in {area}",
                "The flower festival of {area}",
                "Night market and music in {area}",
            ],
        },
    }
}

/// Who goes.
pub const COMPANY: Phrases = Phrases {
    korean: &[
        "친구 둘과 함께 갑니다.",
        "부모님을 모시고 갑니다.",
        "혼자 가는 여행입니다.",
        "아이 둘과 함께하는 가족 여행입니다.",
        "결혼 십 주년 여행입니다.",
    ],
    english: &[
        "There are three of us, all friends.",
        "I am travelling with my parents.",
        "I come alone.",
        "A family with two children.",
        "It is our tenth anniversary.",
    ],
};

/// What they would like.
pub const WISHES: Phrases = Phrases {
    korean: &[
        "붐비는 곳보다 조용한 곳이 좋습니다.",
        "많이 걷는 일정도 괜찮습니다.",
        "사진을 많이 남기고 싶습니다.",
        "동네 이야기를 듣고 싶습니다.",
        "잘 알려지지 않은 곳을 보고 싶습니다.",
    ],
    english: &[
        "We prefer quiet places to famous ones.",
        "A lot of walking is fine.",
        "We would like to take many pictures.",
        "We like to hear stories of the neighbourhood.",
        "Show us what we would not find ourselves.",
    ],
};

/// What has to be thought of.
pub const CONCERNS: Phrases = Phrases {
    korean: &[
        "매운 음식은 피해 주세요.",
        "아침은 천천히 시작하고 싶습니다.",
        "대중교통으로 다닐 수 있으면 좋겠습니다.",
        "예산이 넉넉하지는 않습니다.",
        "계단이 많은 길은 어렵습니다.",
    ],
    english: &[
        "Nothing too spicy, please.",
        "We are not early risers.",
        "By bus and train, if that is possible.",
        "We have to mind the budget.",
        "Not too many stairs, please.",
    ],
};

/// Where what was bought is sent.
pub const ADDRESSES: Phrases = Phrases {
    korean: &[
        "서울특별시 마포구 성미산로 12, 301호",
        "경기도 수원시 팔달구 정조로 45",
        "대전광역시 유성구 대학로 7",
    ],
    english: &["12 Seongmisan-ro, Mapo-gu, Seoul", "45 Jeongjo-ro, Suwon", "7 Daehak-ro, Daejeon"],
};

/// How an offer begins.
pub const GREETINGS: Phrases = Phrases {
    korean: &[
        "안녕하세요, 플랜 잘 읽었습니다.",
        "반갑습니다! 말씀하신 여행이라면 자신 있습니다.",
        "{area}라면 맡겨 주세요.",
    ],
    english: &[
        "Hello, and thank you for your plan.",
        "This is the kind of day that I like best.",
        "I would love to show you {area}.",
    ],
};

/// What is offered.
pub const OFFERS: Phrases = Phrases {
    korean: &[
        "오전에는 골목을 걷고 오후에는 전망 좋은 찻집에서 쉬는 일정입니다.",
        "아침 시장에서 시작해 해 질 녘 강가에서 마무리하겠습니다.",
        "두 곳만 천천히 보고 나머지 시간은 비워 두겠습니다.",
        "아는 분이 하시는 작은 공방에도 들를 수 있습니다.",
    ],
    english: &[
        "We walk the alleys in the morning and rest in a tea house with a view.",
        "We begin at the morning market and end by the river at dusk.",
        "Two places, without hurry, and time left over.",
        "We can visit a friend's workshop on the way.",
    ],
};

/// What the price includes.
pub const TERMS: Phrases = Phrases {
    korean: &["차량과 점심이 포함된 가격입니다.", "입장료는 따로입니다.", "인원이 늘어도 가격은 같습니다."],
    english: &["Car and lunch are included.", "Tickets are not included.", "The price is for all of you."],
};

/// What is said of a trip of that rating.
pub const fn verdicts(rating: i64) -> Phrases {
    match rating {
        5 => Phrases {
            korean: &[
                "기대했던 것보다 훨씬 좋았습니다. 다음에도 꼭 부탁드리고 싶어요.",
                "부모님이 정말 좋아하셨습니다. 세심하게 챙겨 주셔서 감사합니다.",
                "혼자였다면 절대 몰랐을 곳들을 보았습니다.",
            ],
            english: &[
                "Better than we had hoped. We will come back.",
                "My parents loved every minute of it.",
                "I would never have found these places alone.",
            ],
        },
        4 => Phrases {
            korean: &[
                "즐거운 하루였습니다. 일정이 조금만 더 여유로웠으면 완벽했을 거예요.",
                "설명이 재미있고 친절했습니다.",
            ],
            english: &["A lovely day, only a little short.", "Kind, funny, and never in a hurry."],
        },
        3 => Phrases {
            korean: &[
                "무난했습니다. 가고 싶던 곳 하나가 쉬는 날이라 아쉬웠어요.",
                "괜찮았지만 이동이 길었습니다.",
            ],
            english: &["All right, though one place was closed.", "Nice, but a lot of driving."],
        },
        _ => Phrases {
            korean: &["약속 시간이 여러 번 바뀌어서 힘들었습니다.", "설명과 다른 점이 많았습니다."],
            english: &["The time was changed twice.", "Not quite what had been described."],
        },
    }
}

/// What is bought with money.
pub const ORDERS: Phrases = Phrases { korean: &["코코넛 충전"], english: &["Coconuts"] };
