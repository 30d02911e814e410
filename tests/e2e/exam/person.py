"""A person before the fake camera, who does what the page asks: looks ahead, turns left, turns right."""

import base64
import json
from typing import Final

from playwright.sync_api import BrowserContext, Page

from devkit.face.burst import TURN_DEG, burst
from devkit.face.turns import Head

_LOOKS: Final = {"hold": (0.0,) * 18, "left": (TURN_DEG,) * 18, "right": (-TURN_DEG,) * 18}

_CAMERA: Final = """
(() => {
  const people = %s;
  const usual = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  globalThis.personBefore = Object.keys(people)[0];
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const looks = {};
    for (const [name, poses] of Object.entries(people)) {
      looks[name] = {};
      for (const [pose, jpegs] of Object.entries(poses)) {
        looks[name][pose] = await Promise.all(jpegs.map(bitmap));
      }
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const context = canvas.getContext("2d");
    let before = "";
    let turns = 0;
    let since = 0;
    setInterval(() => {
      const asked = document.querySelector(".prompt")?.className ?? "";
      if (asked !== before) {
        before = asked;
        turns += 1;
        since = performance.now();
      }
      const pose = ["left", "right"].find((turn) => asked.split(" ").includes(turn)) ?? "hold";
      // Nobody is twice in the same place: another picture after every turn, and one more while it lasts.
      const seen = looks[globalThis.personBefore][pose];
      const place = 2 * turns + (performance.now() - since > 1450 ? 1 : 0);
      context.drawImage(seen[place %% seen.length], 0, 0);
    }, 60);
    const sound = await usual({ audio: wanted.audio });
    return new MediaStream([...canvas.captureStream(15).getVideoTracks(), ...sound.getAudioTracks()]);
  };
  async function bitmap(jpeg) {
    const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0));
    return createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  }
})();
"""


def sit_before_camera(context: BrowserContext, people: dict[str, Head]) -> None:
    """Let these people sit before the camera of every page that is opened, the first to begin with."""
    shown = {
        name: {
            pose: [base64.b64encode(jpeg).decode() for jpeg in burst(head, yaws, seed=len(name) + len(pose))]
            for pose, yaws in _LOOKS.items()
        }
        for name, head in people.items()
    }
    context.add_init_script(_CAMERA % json.dumps(shown))


def change_seats(page: Page, name: str) -> None:
    """Let another of them sit down."""
    page.evaluate("(name) => { globalThis.personBefore = name; }", name)
