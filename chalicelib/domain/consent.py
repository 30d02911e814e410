"""The text that a candidate consents to before a face is looked at, apart from all other consent."""

CONSENT_ZH = (
    "为核验身份，本系统将通过摄像头拍摄您的面部，并与您的报名照片比对。面部图像属于敏感个人信息：登录时的画面"
    "仅用于本次比对，比对后立即删除，不予保存；仅保存比对分数、结果和原因。报名照片及其特征值加密保存，考试"
    "结束后按规定期限删除。是否同意由您自行决定；如不同意，可申请人工核验登录，不影响您参加考试。"
)
CONSENT_EN = (
    "To check your identity, this system takes pictures of your face and compares them with your roster "
    "photo. Pictures of a face are sensitive personal data: those taken at the login serve this comparison "
    "alone and are not kept; only the score, the outcome and its reasons are. The roster photo and the "
    "numbers computed from it are kept encrypted and deleted a fixed time after the exam. You are free to "
    "refuse: ask for manual admission instead, and nothing else changes for you."
)
