/** Texts of the staff pages. */
export const zh = {
  title: "考务工作台",
  connecting: "正在连接服务器…",
  connected: "已连接，服务器时间正常。",
};

export const en: typeof zh = {
  title: "Staff console",
  connecting: "Connecting to the server…",
  connected: "Connected; the server's time is known.",
};
