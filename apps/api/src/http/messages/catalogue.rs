//! The catalogue: a status, a code, and its sentence in Korean and in English. A new code goes beside its
//! kin; the status is that of its kind.

use super::Sentence;

macro_rules! catalogue {
    ($($status:literal $code:literal $korean:literal $english:literal;)*) => {
        /// Every code that the API answers with.
        pub const CATALOGUE: &[Sentence] =
            &[$(Sentence { status: $status, code: $code, korean: $korean, english: $english }),*];
    };
}

catalogue! {
    400 "VALIDATION_FAILED"
        "입력한 내용을 다시 확인해 주세요."
        "Please check what you entered.";
    400 "BAD_REQUEST"
        "요청을 이해할 수 없습니다."
        "The request can't be understood.";
    404 "NOT_FOUND"
        "없는 주소입니다."
        "There is nothing at this address.";
    405 "METHOD_NOT_ALLOWED"
        "이 주소에서 쓸 수 없는 메서드입니다{detail}."
        "This address does not answer to that method{detail}.";
    408 "BODY_TOO_SLOW"
        "요청을 받는 데 너무 오래 걸렸습니다."
        "The request took too long to arrive.";
    413 "BODY_TOO_LARGE"
        "요청이 너무 큽니다{detail}."
        "The request is too large{detail}.";
    503 "UNAVAILABLE"
        "일시적으로 이용할 수 없습니다. 잠시 후 다시 시도해 주세요."
        "This is not available right now. Please try again in a moment.";
    503 "STORE_UNAVAILABLE"
        "일시적으로 이용할 수 없습니다. 잠시 후 다시 시도해 주세요."
        "This is not available right now. Please try again in a moment.";
    503 "STORE_CONTENDED"
        "요청이 몰려 처리하지 못했습니다. 다시 시도해 주세요."
        "Too many people did this at once. Please try again.";
    503 "HASHING_OVERLOADED"
        "로그인 요청이 몰려 있습니다. 잠시 후 다시 시도해 주세요."
        "Too many people are logging in. Please try again in a moment.";
    500 "INTERNAL"
        "서버에 문제가 발생했습니다. 잠시 후 다시 시도해 주세요."
        "Something went wrong on our side. Please try again later.";

    // Who calls
    401 "TOKEN_MISSING"
        "로그인이 필요합니다."
        "Please log in.";
    401 "TOKEN_INVALID"
        "로그인 정보가 올바르지 않습니다. 다시 로그인해 주세요."
        "Your log-in is not valid. Please log in again.";
    401 "TOKEN_EXPIRED"
        "로그인이 만료되었습니다. 다시 로그인해 주세요."
        "Your log-in has expired. Please log in again.";
    401 "SESSION_ENDED"
        "로그아웃된 상태입니다. 다시 로그인해 주세요."
        "You were logged out. Please log in again.";
    403 "ROLE_FORBIDDEN"
        "이 기능을 사용할 권한이 없습니다{detail}."
        "This is not open to your kind of account{detail}.";

    // Accounts
    400 "EMAIL_TAKEN"
        "이미 사용 중인 이메일입니다."
        "This e-mail address is taken.";
    400 "NICKNAME_TAKEN"
        "이미 사용 중인 닉네임입니다."
        "This nickname is taken.";
    400 "SOCIAL_ACCOUNT_TAKEN"
        "이미 가입된 소셜 계정입니다."
        "This social account has signed up already.";
    404 "USER_NOT_FOUND"
        "사용자를 찾을 수 없습니다."
        "There is no such user.";
    400 "MAKER_NOT_FOUND"
        "메이커를 찾을 수 없습니다."
        "There is no such Maker.";
    400 "WRONG_PASSWORD"
        "현재 비밀번호가 올바르지 않습니다."
        "The current password is wrong.";
    400 "LOGIN_FAILED"
        "이메일 또는 비밀번호가 올바르지 않습니다."
        "The e-mail address or the password is wrong.";
    429 "LOGIN_THROTTLED"
        "로그인 시도가 너무 많습니다. 잠시 후 다시 시도해 주세요."
        "Too many log-ins have failed. Please try again later.";
    400 "REFRESH_INVALID"
        "로그인이 만료되었습니다. 다시 로그인해 주세요."
        "Your log-in has expired. Please log in again.";
    400 "ALREADY_FOLLOWING"
        "이미 찜한 메이커입니다."
        "You follow this Maker already.";
    400 "NOT_FOLLOWING"
        "찜하지 않은 메이커입니다."
        "You don't follow this Maker.";

    // Files
    400 "FILE_MISSING"
        "파일을 첨부해 주세요."
        "Please attach a file.";
    400 "FILE_TYPE_NOT_ALLOWED"
        "지원하지 않는 파일 형식입니다{detail}."
        "Files of this type are not supported{detail}.";
    400 "FILE_TOO_LARGE"
        "파일이 너무 큽니다{detail}."
        "The file is too large{detail}.";
    404 "FILE_GONE"
        "삭제된 파일입니다."
        "This file is gone.";
    403 "MEDIA_LINK_EXPIRED"
        "링크의 유효 기간이 지났습니다."
        "This link has expired.";
    403 "MEDIA_LINK_INVALID"
        "올바르지 않은 링크입니다."
        "This link is not valid.";

    // Plans
    404 "PLAN_NOT_FOUND"
        "여행 계획을 찾을 수 없습니다."
        "There is no such plan.";
    403 "PLAN_NOT_OWNED"
        "본인의 여행 계획이 아닙니다."
        "This is not your plan.";
    400 "PLAN_NOT_PENDING"
        "견적을 기다리는 여행 계획이 아닙니다{detail}."
        "The plan is not waiting for quotes any more{detail}.";
    400 "PLAN_NOT_CONFIRMED"
        "확정된 여행 계획이 아닙니다{detail}."
        "The plan is not confirmed{detail}.";
    400 "PLAN_NOT_DUE"
        "아직 여행일이 지나지 않았습니다."
        "The day of the trip has not come.";
    400 "PLAN_CONFIRMED"
        "확정된 여행 계획은 삭제할 수 없습니다."
        "A confirmed plan can't be deleted.";
    400 "TRIP_DATE_PAST"
        "지난 날짜로는 여행 계획을 세울 수 없습니다."
        "The day of the trip is in the past.";
    409 "MAKER_ALREADY_ASKED"
        "이미 견적을 요청한 메이커입니다."
        "This Maker was asked already.";
    400 "AREA_NOT_SERVED"
        "메이커가 서비스하지 않는 지역입니다."
        "The Maker does not serve this area.";
    400 "MAKER_NOT_ASKED"
        "견적을 요청받지 않은 여행 계획입니다."
        "You were not asked for a quote on this plan.";

    // Quotes and reviews
    404 "QUOTE_NOT_FOUND"
        "견적을 찾을 수 없습니다."
        "There is no such quote.";
    403 "QUOTE_NOT_OWNED"
        "본인의 견적이 아닙니다."
        "This is not your quote.";
    409 "QUOTE_EXISTS"
        "이미 견적을 보낸 여행 계획입니다."
        "You have sent a quote on this plan already.";
    400 "REVIEW_NOT_ALLOWED"
        "완료된 본인의 여행에만 후기를 쓸 수 있습니다{detail}."
        "Only a completed trip of your own with this Maker can be reviewed{detail}.";
    409 "REVIEW_EXISTS"
        "이미 후기를 작성한 여행입니다."
        "You have reviewed this trip already.";

    // Coconuts and payments
    400 "COCONUTS_INSUFFICIENT"
        "코코넛이 부족합니다{detail}."
        "You don't have enough coconuts{detail}.";
    409 "PAYMENT_ID_TAKEN"
        "이미 사용된 결제 번호입니다."
        "This payment id has been used already.";
    404 "PAYMENT_NOT_FOUND"
        "결제를 찾을 수 없습니다."
        "There is no such payment.";
    409 "PAYMENT_NOT_PAID"
        "결제가 완료되지 않았습니다{detail}."
        "The payment has not been made{detail}.";
    409 "PAYMENT_AMOUNT_MISMATCH"
        "결제 금액이 일치하지 않아 취소되었습니다{detail}."
        "Another amount was paid, so the payment was cancelled{detail}.";
    503 "PAYMENT_PROVIDER_UNAVAILABLE"
        "결제 서비스에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요."
        "The payment service can't be reached. Please try again in a moment.";
    409 "PAYMENT_DECLINED"
        "결제 서비스가 결제를 거절했습니다{detail}."
        "The payment service declined the payment{detail}.";
    401 "WEBHOOK_INVALID"
        "웹훅 서명이 올바르지 않습니다."
        "The signature of the webhook is not valid.";
    400 "WEBHOOK_MALFORMED"
        "웹훅 내용을 이해할 수 없습니다."
        "The content of the webhook can't be understood.";

    // Chat and notifications
    404 "ROOM_NOT_FOUND"
        "채팅방을 찾을 수 없습니다."
        "There is no such chat room.";
    403 "ROOM_FORBIDDEN"
        "참여 중인 채팅방이 아닙니다."
        "You are not a member of this chat room.";
    400 "ROOM_INACTIVE"
        "종료된 채팅방입니다."
        "This chat room has been closed.";
    404 "MESSAGE_NOT_FOUND"
        "메시지를 찾을 수 없습니다."
        "There is no such message.";
    403 "MESSAGE_NOT_YOURS"
        "본인이 보낸 메시지가 아닙니다."
        "This is not your message.";
    409 "MESSAGE_ALREADY_DELETED"
        "이미 삭제된 메시지입니다."
        "This message was deleted already.";
    400 "MESSAGE_HAS_NO_FILE"
        "파일이 없는 메시지입니다."
        "This message has no file.";
    429 "MESSAGES_TOO_FAST"
        "메시지를 너무 빠르게 보내고 있습니다. 잠시 후 다시 시도해 주세요."
        "You are sending messages too fast. Please wait a moment.";
    400 "BINARY_NOT_ACCEPTED"
        "파일은 이 방법으로 보낼 수 없습니다."
        "Files can't be sent this way.";
    404 "NOTIFICATION_NOT_FOUND"
        "알림을 찾을 수 없습니다."
        "There is no such notification.";
}
