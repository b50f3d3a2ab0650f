//! What people call themselves, and what makers say of themselves. `{area}` stands for where they live.

use super::Phrases;

/// First half of a dreamer's nickname.
pub const MOODS: Phrases = Phrases {
    korean: &[
        "느긋한",
        "푸른",
        "설레는",
        "용감한",
        "반짝이는",
        "조용한",
        "배고픈",
        "씩씩한",
        "다정한",
        "떠나는",
    ],
    english: &["Slow", "Blue", "Brave", "Quiet", "Hungry", "Sunny", "Gentle", "Curious", "Lucky", "Early"],
};

/// Second half of a dreamer's nickname.
pub const ANIMALS: Phrases = Phrases {
    korean: &["고래", "여우", "두루미", "다람쥐", "고양이", "펭귄", "수달", "사슴", "나비", "거북이"],
    english: &["Whale", "Fox", "Crane", "Squirrel", "Cat", "Penguin", "Otter", "Deer", "Wren", "Turtle"],
};

/// What a maker is called after their home.
pub const GUIDES: Phrases = Phrases {
    korean: &["길잡이", "토박이", "산책자", "이야기꾼", "나침반", "동네친구", "지도", "발걸음"],
    english: &["Guide", "Local", "Walker", "Teller", "Compass", "Friend", "Map", "Steps"],
};

/// A maker in a sentence.
pub const DESCRIPTIONS: Phrases = Phrases {
    korean: &[
        "{area}에서 나고 자란 사람이 골목까지 안내합니다.",
        "{area}의 계절을 가장 잘 아는 길로 모십니다.",
        "천천히 걷고 오래 기억하는 {area} 여행을 만듭니다.",
        "{area}의 맛과 이야기를 함께 나눕니다.",
    ],
    english: &[
        "Born in {area}, and still finding new alleys.",
        "{area} at walking pace, with stories.",
        "The {area} that no guidebook has room for.",
        "Good food and good company in {area}.",
    ],
};

/// Where a maker comes from.
pub const BACKGROUNDS: Phrases = Phrases {
    korean: &[
        "열 해 동안 {area}에서 여행자를 만나 왔습니다.",
        "요리사로 일하다가 {area}의 시장을 소개하기 시작했습니다.",
        "사진을 찍으며 {area}의 구석구석을 다녔습니다.",
        "학교에서 역사를 가르치다 {area}의 길 위로 나왔습니다.",
    ],
    english: &[
        "I have met travellers in {area} for ten years.",
        "I was a cook before I began to show the markets of {area}.",
        "I have photographed every corner of {area}.",
        "I taught history before I took it to the streets of {area}.",
    ],
};

/// How a maker works.
pub const WAYS: Phrases = Phrases {
    korean: &[
        "인원은 여섯 명까지, 일정은 그날의 날씨와 기분에 맞춥니다.",
        "아이나 어르신과 함께여도 편한 길로 안내합니다.",
        "차량이 있어 짐이 많아도 괜찮습니다.",
        "영어와 일본어로도 안내할 수 있습니다.",
    ],
    english: &[
        "Six people at most, and the day follows the weather.",
        "Easy ways for children and grandparents.",
        "I have a car, so bring what you like.",
        "I speak Korean, English and some Japanese.",
    ],
};
