/** Texts of the phone pages. */
export const zh = {
  title: "佐证录像",
  connecting: "正在连接服务器…",
  connected: "已连接，服务器时间正常。",
};

export const en: typeof zh = {
  title: "Evidence recording",
  connecting: "Connecting to the server…",
  connected: "Connected; the server's time is known.",
};
