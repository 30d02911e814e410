"""The `viva` command. Each subcommand is loaded when it is called, so that `viva --help` answers at once."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import click


@dataclass(frozen=True)
class Subcommand:
    """Where a subcommand lives, and its line in `viva --help`."""

    module: str
    attribute: str
    summary: str


SUBCOMMANDS = {
    "demo": Subcommand("devkit.day.command", "demo", "在本机演练完整考试日 · live through an exam day"),
    "up": Subcommand("devkit.up", "up", "启动本地云 · start the local cloud"),
    "site": Subcommand("devkit.site.command", "site", "构建网页 · build the web pages"),
    "staff": Subcommand("devkit.staff.command", "staff", "管理工作人员账号 · staff accounts"),
    "verify": Subcommand(
        "devkit.verify.command", "verify", "核验录像文件 · prove that a recording is intact"
    ),
    "face": Subcommand(
        "devkit.face.command", "face", "检查与比对人脸照片 · check and compare photos of faces"
    ),
    "photos": Subcommand(
        "devkit.photos.command", "photos", "上传与删除报名照片 · upload and delete roster photos"
    ),
    "models": Subcommand("devkit.models", "models", "列出与下载人脸模型 · list and fetch the face models"),
    "lottery": Subcommand("devkit.lottery", "lottery", "复核抽签结果 · recompute the lottery"),
    "generate": Subcommand("devkit.generate.command", "generate", "生成文档与代码 · write generated files"),
    "bench": Subcommand("bench.runner", "bench", "运行性能基准 · run the benchmarks"),
    "package": Subcommand("devkit.package_command", "package", "打包部署模板 · package for deployment"),
}


class LazyGroup(click.Group):
    """A group that imports a subcommand only to run it; one whose module is not there is not offered."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the subcommands that this installation holds, in the order of `SUBCOMMANDS`."""
        return [name for name, subcommand in SUBCOMMANDS.items() if _is_installed(subcommand.module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one subcommand, or return None for a name that is not offered."""
        if cmd_name not in self.list_commands(ctx):
            return None
        subcommand = SUBCOMMANDS[cmd_name]
        command = getattr(import_module(subcommand.module), subcommand.attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{subcommand.module}.{subcommand.attribute} is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands from their summaries, without importing them."""
        rows = [(name, SUBCOMMANDS[name].summary) for name in self.list_commands(ctx)]
        with formatter.section("命令 · Commands"):
            formatter.write_dl(rows)


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a package on the way to it is missing
        return False


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="viva", prog_name="viva")
def main() -> None:
    """viva：以国家考试的严谨举行线上视频面试。

    Online video interviews, held with the rigour of a state examination.
    """
