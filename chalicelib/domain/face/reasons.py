"""Why a picture or a login is refused: a stable code, and what to do in Chinese and English."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Stable codes: stored, audited, shown."""

    # The picture.
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    OFF_CENTRE = "off_centre"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"
    TURNED = "turned"
    TILTED = "tilted"
    LOWER_FACE_COVERED = "lower_face_covered"
    DARK_GLASSES = "dark_glasses"
    FOREHEAD_COVERED = "forehead_covered"
    EARS_COVERED = "ears_covered"
    # The bytes.
    NOT_JPEG = "not_jpeg"
    TRUNCATED = "truncated"
    FILE_TOO_LARGE = "file_too_large"
    DIMENSIONS_REFUSED = "dimensions_refused"
    TOO_FEW_FRAMES = "too_few_frames"
    TOO_MANY_FRAMES = "too_many_frames"
    # The challenge.
    CHALLENGE_UNKNOWN = "challenge_unknown"
    CHALLENGE_EXPIRED = "challenge_expired"
    TURNS_NOT_FOLLOWED = "turns_not_followed"
    STILL_PICTURE = "still_picture"
    FRAMES_REPEATED = "frames_repeated"
    SEVERAL_PEOPLE = "several_people"
    # The match.
    NOT_THE_SAME_PERSON = "not_the_same_person"


SENTENCES: dict[Reason, tuple[str, str]] = {
    Reason.NO_FACE: (
        "未检测到人脸，请正对摄像头，露出整个面部。",
        "No face was found. Face the camera and show your whole face.",
    ),
    Reason.SEVERAL_FACES: (
        "画面中有多张人脸，请确保只有您一人在画面中，并移开身后的照片或海报。",
        "Several faces are in view. Make sure that only you are, and remove photos or posters behind you.",
    ),
    Reason.TOO_SMALL: ("人脸太小，请靠近摄像头。", "Your face is too small. Move closer to the camera."),
    Reason.OFF_CENTRE: (
        "人脸偏离画面中央或未完整入镜，请调整位置，使整个面部位于画面中间。",
        "Your face is off centre or cut off. Move until all of it is in the middle of the picture.",
    ),
    Reason.TOO_DARK: (
        "面部光线太暗，请打开正面灯光或面向光源。",
        "Your face is too dark. Switch on a light in front of you or turn towards the light.",
    ),
    Reason.TOO_BRIGHT: (
        "面部过亮，请避开强光或调低灯光。",
        "Your face is too bright. Move out of the strong light or dim it.",
    ),
    Reason.BLURRED: (
        "画面模糊，请擦拭镜头，保持头部稳定后重试。",
        "The picture is blurred. Wipe the lens, hold still and try again.",
    ),
    Reason.TURNED: (
        "头部转动过大，请正对摄像头。",
        "Your head is turned too far. Look straight at the camera.",
    ),
    Reason.TILTED: (
        "头部倾斜或俯仰过大，请端正头部，并将摄像头放在与眼睛同高的位置。",
        "Your head is tilted too far. Hold it upright, with the camera at the height of your eyes.",
    ),
    Reason.LOWER_FACE_COVERED: (
        "口鼻或下巴被遮挡，请摘下口罩，移开遮挡物。",
        "Your mouth or chin is covered. Take off the mask and uncover your face.",
    ),
    Reason.DARK_GLASSES: (
        "眼部被深色镜片遮挡，请摘下墨镜。",
        "Dark glasses hide your eyes. Take them off.",
    ),
    Reason.FOREHEAD_COVERED: (
        "额头被遮挡，请撩起刘海或摘下帽子。",
        "Your forehead is covered. Brush your hair back or take off the hat.",
    ),
    Reason.EARS_COVERED: (
        "双耳被头发遮挡，请将头发拨到耳后。",
        "Your ears are covered. Tuck your hair behind them.",
    ),
    Reason.NOT_JPEG: (
        "图片不是有效的 JPEG 文件，请重新拍摄或导出为 JPEG。",
        "The picture is not a JPEG. Take it again or save it as JPEG.",
    ),
    Reason.TRUNCATED: (
        "图片不完整，请重新上传。",
        "The picture is incomplete. Send it again.",
    ),
    Reason.FILE_TOO_LARGE: (
        "图片文件过大，请压缩后重试。",
        "The picture's file is too large. Compress it and try again.",
    ),
    Reason.DIMENSIONS_REFUSED: (
        "图片的像素尺寸过大或过小，请调整后重试。",
        "The picture has too many or too few pixels. Resize it and try again.",
    ),
    Reason.TOO_FEW_FRAMES: (
        "画面帧数不足，请按提示重新完成转头动作。",
        "Too few frames arrived. Follow the head turns again.",
    ),
    Reason.TOO_MANY_FRAMES: (
        "画面帧数过多，请刷新页面后重试。",
        "Too many frames arrived. Reload the page and try again.",
    ),
    Reason.CHALLENGE_UNKNOWN: (
        "本次验证无效，请重新开始人脸登录。",
        "This check is not valid. Start the face login again.",
    ),
    Reason.CHALLENGE_EXPIRED: (
        "验证已超时，请重新开始并及时完成转头动作。",
        "The time for this check has passed. Start again and follow the turns without delay.",
    ),
    Reason.TURNS_NOT_FOLLOWED: (
        "未按提示的顺序完成转头，请从正面开始，按提示依次转头，每次回到正面。",
        "The turns were not followed. Begin facing the camera, turn as shown, and face it again after each.",
    ),
    Reason.STILL_PICTURE: (
        "画面像是照片而非真人，请本人面对摄像头，按提示转头。",
        "The frames look like a photo. Sit before the camera yourself and turn your head as shown.",
    ),
    Reason.FRAMES_REPEATED: (
        "画面出现重复，请关闭虚拟摄像头软件后重试。",
        "Frames are repeated. Close virtual-camera software and try again.",
    ),
    Reason.SEVERAL_PEOPLE: (
        "验证过程中人脸不一致，请由本人独自完成全部动作。",
        "The face changed during the check. Do all of it yourself, alone.",
    ),
    Reason.NOT_THE_SAME_PERSON: (
        "人脸与报名照片不符，请改善光线后重试，或申请人工核验。",
        "The face does not match the roster photo. Try again in better light, or ask for manual admission.",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason, with the frames that it was found in (from 0) and the number behind it."""

    reason: Reason
    frames: tuple[int, ...]
    value: float | None
    limit: float | None

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return SENTENCES[self.reason][0]

    @property
    def en(self) -> str:
        """The sentence in English."""
        return SENTENCES[self.reason][1]


class PictureRefused(Exception):
    """Bytes that are not decoded, with the reason why."""

    def __init__(self, reason: Reason, value: float | None = None, limit: float | None = None) -> None:
        self.finding = Finding(reason, (), value, limit)
        super().__init__(f"{reason}: {self.finding.en}")
