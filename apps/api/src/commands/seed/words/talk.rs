//! What dreamer and maker write each other.

use kernel::Role;

use super::Language;
use crate::commands::seed::chance::Chance;

/// A conversation: what is written once a quote is confirmed, and what after the trip.
#[derive(Debug)]
pub struct Script {
    pub before: &'static [(Role, &'static str)],
    pub after: &'static [(Role, &'static str)],
}

/// One of the conversations.
pub fn script(language: Language, chance: &mut Chance) -> &'static Script {
    chance.pick(match language {
        Language::Korean => KOREAN,
        Language::English => ENGLISH,
    })
}

const D: Role = Role::Dreamer;
const M: Role = Role::Maker;

const KOREAN: &[Script] = &[
    Script {
        before: &[
            (D, "안녕하세요! 견적 확정했습니다. 잘 부탁드려요."),
            (M, "확정해 주셔서 감사합니다. 몇 시에 만나면 좋을까요?"),
            (D, "오전 열 시, 숙소 앞은 어떠세요?"),
            (M, "좋습니다. 그날 뵙겠습니다!"),
        ],
        after: &[
            (M, "오늘 함께해 주셔서 감사합니다. 조심히 들어가세요."),
            (D, "덕분에 정말 즐거웠어요. 고맙습니다!"),
        ],
    },
    Script {
        before: &[
            (M, "안녕하세요, 확정 감사합니다. 못 드시는 음식이 있으신가요?"),
            (D, "매운 것만 빼면 다 괜찮아요."),
            (M, "네, 그럼 점심은 제가 자주 가는 국숫집으로 하겠습니다."),
        ],
        after: &[(D, "국숫집 최고였어요 😋"), (M, "다음엔 겨울 메뉴도 드시러 오세요!")],
    },
    Script {
        before: &[
            (D, "비가 오면 일정이 바뀌나요?"),
            (M, "비가 와도 괜찮은 코스를 따로 준비해 두었습니다."),
            (D, "든든하네요. 기대하고 있을게요."),
        ],
        after: &[(M, "날씨가 도와준 하루였네요. 사진 정리해서 보내 드릴게요.")],
    },
];

const ENGLISH: &[Script] = &[
    Script {
        before: &[
            (D, "Hello! I have just confirmed. Where shall we meet?"),
            (M, "Thank you! At ten, in front of your hotel?"),
            (D, "Perfect. See you then."),
        ],
        after: &[(M, "It was a pleasure. Have a safe trip home."), (D, "Thank you for everything!")],
    },
    Script {
        before: &[
            (M, "Thank you for choosing me. Is there anything that you don't eat?"),
            (D, "No seafood for me, please. The others eat everything."),
            (M, "I know just the place for lunch."),
        ],
        after: &[(D, "The lunch was wonderful 😋"), (M, "Come back in winter for the soup!")],
    },
];
