/** Texts to begin with; the officer changes them to what the announcement of the exam says. */
import type { ExamForm } from "./exam_form";

export function firstTexts(): ExamForm["texts"] {
  return {
    process: {
      zh: "一、检查设备并登录。\n二、用手机扫码，环拍后放在侧后方录制佐证视频。\n三、抽签，阅读并接受承诺书和须知。\n四、进入考试，确认设备和身份，等待开考。\n五、到开考时间试题自动显示，请作答。\n六、结束后保持页面打开，直到全部录像上传完成。",
      en: "1. Check the device and log in.\n2. Scan the code with your phone, pan once around, and set it down to record evidence.\n3. Draw a lot; read and accept pledge and notice.\n4. Enter, confirm devices and identity, and wait for the start.\n5. The question appears by itself at the start. Answer it.\n6. Keep the page open until all recordings have arrived.",
    },
    pledge: {
      zh: "我承诺：本人独立参加考试，所填信息真实；考试期间不接受任何人的帮助，不查阅资料，不录制、不传播试题。如有违反，愿承担相应责任。",
      en: "I sit this exam by myself and what I have stated is true. During the exam I accept help from nobody, look nothing up, and neither copy nor pass on the question. I answer for any breach.",
    },
    notice: {
      zh: "请在安静、明亮、无他人的房间内考试。考试期间请勿离开镜头、切换页面或连接第二显示器。遇到问题请点击“求助”，或拨打咨询电话。",
      en: "Sit the exam in a quiet, well-lit room, alone. Stay in the picture, do not leave the page and do not connect a second display. If something is wrong, press Help or call the hotline.",
    },
    consent: { zh: "", en: "" },
  };
}
