"""What deploy/ has for Compose and Kubernetes keeps to their schemas, and says what a site needs. No container was started for it."""

import json
from functools import cache

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose

from lib.settings import ROOT

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
VERSIONS = ("1.31", "1.37")  # the oldest and the newest that are meant


@cache
def documents() -> dict[str, dict]:
    found = [one for path in MANIFESTS for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
    return {one["kind"]: one for one in found}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", sorted(documents()))
def test_a_manifest_keeps_to_the_schema_of_its_kind(kind, version):
    kubernetes_validate.validate(documents()[kind], version, strict=True)


def test_a_slip_in_a_manifest_is_found():
    wrong = json.loads(json.dumps(documents()["Deployment"]))
    wrong["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


@pytest.mark.parametrize("name", ["compose.yaml", "compose.three.yaml"])
def test_a_compose_file_keeps_to_the_specification(name):
    PyCompose.from_yaml((DEPLOY / name).read_text(encoding="utf-8")).validate()


def test_the_pods_run_without_rights_are_replaced_one_by_one_and_are_asked_the_right_questions():
    deployment = documents()["Deployment"]["spec"]
    pod = deployment["template"]["spec"]
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0 and pod["securityContext"]["runAsNonRoot"]
    for container in [*pod["initContainers"], *pod["containers"]]:
        locked = container["securityContext"]
        assert locked["readOnlyRootFilesystem"] and not locked["allowPrivilegeEscalation"] and locked["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]
    (pages,) = pod["containers"]
    # A database that is away must not start every pod again: only /readyz asks it.
    assert (pages["readinessProbe"]["httpGet"]["path"], pages["livenessProbe"]["httpGet"]["path"]) == ("/readyz", "/healthz")
    labels = deployment["template"]["metadata"]["labels"]
    assert all(one == labels for one in (deployment["selector"]["matchLabels"], documents()["Service"]["spec"]["selector"],
                                         documents()["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
                                         documents()["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]))  # fmt: skip


def test_the_example_of_a_secret_has_no_value():
    assert set(documents()["Secret"]["stringData"].values()) == {""}


def test_the_cookie_and_the_limits_are_those_of_the_proxy_without_kubernetes():
    said = {name.rpartition("/")[2]: value for name, value in documents()["Ingress"]["metadata"]["annotations"].items()}
    template = (DEPLOY / "nginx" / "outcomestat.conf.template").read_text(encoding="utf-8")
    assert said["session-cookie-name"] in (DEPLOY / "nginx" / "servers-three.conf").read_text(encoding="utf-8")
    assert f"client_max_body_size {said['proxy-body-size']};" in template and f"proxy_read_timeout    {said['proxy-read-timeout']}s" in template
    assert said["affinity"] == "cookie" and said["session-cookie-change-on-failure"] == "true"


def test_the_addresses_of_the_three_servers_are_the_same_in_both_files():
    services = yaml.safe_load((DEPLOY / "compose.three.yaml").read_text(encoding="utf-8"))["services"]
    given = {one["networks"]["front"]["ipv4_address"] for name, one in services.items() if name.startswith("app")}
    servers = (DEPLOY / "nginx" / "servers-three.conf").read_text(encoding="utf-8")
    assert len(given) == 3 and all(f"server {address}:8501" in servers and address.replace(".", r"\.") in servers for address in given)
