/** Texts of the console, by area. */
import * as exam from "./messages/exam";
import * as room from "./messages/room";
import * as shell from "./messages/shell";
import * as words from "./messages/words";

export const zh = { ...shell.zh, ...exam.zh, ...room.zh, ...words.zh };

export const en: typeof zh = { ...shell.en, ...exam.en, ...room.en, ...words.en };
