/** Texts of the candidate pages. */
export const zh = {
  title: "在线面试",
  connecting: "正在连接服务器…",
  connected: "已连接，服务器时间正常。",
};

export const en: typeof zh = {
  title: "Online interview",
  connecting: "Connecting to the server…",
  connected: "Connected; the server's time is known.",
};
