package deploy

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
)

// cluster is every object of kubernetes/, by kind and name.
func cluster(t *testing.T) map[string]object {
	t.Helper()
	out := map[string]object{}
	files, err := filepath.Glob("kubernetes/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	listed := texts(at[[]any](documents(t, "kubernetes/kustomization.yaml")[0], "resources"))
	for _, f := range files {
		name := filepath.Base(f)
		if name != "kustomization.yaml" && slices.Contains(listed, name) == strings.Contains(name, "example") {
			t.Errorf("%s: everything but the example belongs into the kustomization", name)
		}
		for _, o := range documents(t, f) {
			kind, name := at[string](o, "kind"), at[string](o, "metadata", "name")
			if at[string](o, "apiVersion") == "" || kind == "" || name == "" && kind != "Kustomization" {
				t.Errorf("%s: an object without apiVersion, kind or name", f)
			}
			if out[kind+" "+name] != nil {
				t.Errorf("%s: %s %s is there twice", f, kind, name)
			}
			out[kind+" "+name] = o
		}
	}
	return out
}

// covers reports whether a selector takes what has those labels.
func covers(selector, labels object) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return len(selector) > 0
}

func TestKubernetes(t *testing.T) {
	t.Parallel()
	all := cluster(t)
	for _, name := range []string{"Namespace kiennghi", "ConfigMap kiennghi", "Secret kiennghi", "Deployment kiennghi-api", "Deployment kiennghi-worker",
		"Service kiennghi-api", "Ingress kiennghi", "HorizontalPodAutoscaler kiennghi-api", "PodDisruptionBudget kiennghi-api",
		"PodDisruptionBudget kiennghi-worker", "NetworkPolicy default-deny", "NetworkPolicy kiennghi-ingress", "NetworkPolicy kiennghi-egress"} {
		if all[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
	if at[string](all["Namespace kiennghi"], "metadata", "labels", "pod-security.kubernetes.io/enforce") != "restricted" {
		t.Error("the namespace does not enforce restricted pods")
	}

	settings := map[string]string{}
	for k, v := range at[object](all["ConfigMap kiennghi"], "data") {
		settings[k] = fmt.Sprint(v)
	}
	checkSettings(t, "ConfigMap", settings, "/run/secrets/kiennghi")
	secret := at[object](all["Secret kiennghi"], "stringData")
	for name, v := range secret {
		if v != "REPLACE" {
			t.Errorf("the example of the Secret holds a value for %s", name)
		}
	}
	for name, v := range settings {
		if file, ok := strings.CutPrefix(v, "/run/secrets/kiennghi/"); ok && secret[file] == nil {
			t.Errorf("%s is a file that the Secret does not have", name)
		}
	}

	images := map[string]bool{}
	for _, i := range objects(at[[]any](all["Kustomization "], "images")) {
		images[at[string](i, "name")] = pinned(at[string](i, "newName") + ":" + at[string](i, "newTag"))
	}
	for _, part := range []string{"api", "worker"} {
		d := all["Deployment kiennghi-"+part]
		pod := at[object](d, "spec", "template", "spec")
		labels := at[object](d, "spec", "template", "metadata", "labels")
		if !covers(at[object](d, "spec", "selector", "matchLabels"), labels) ||
			!covers(at[object](all["PodDisruptionBudget kiennghi-"+part], "spec", "selector", "matchLabels"), labels) {
			t.Errorf("%s: a selector does not take the pods", part)
		}
		checkRestricted(t, part, pod)
		c := objects(at[[]any](pod, "containers"))[0]
		if !images[at[string](c, "image")] {
			t.Errorf("%s: the image %v gets no version from the kustomization", part, c["image"])
		}
		checkProbes(t, part, c)
		lame := span(t, settings["KIENNGHI_LAME_DUCK"])
		if grace := time.Duration(at[int](pod, "terminationGracePeriodSeconds")) * time.Second; grace < toEnd(lame) {
			t.Errorf("%s: %v are not enough to end", part, grace)
		}
		probe := at[object](c, "readinessProbe")
		if notices := time.Duration(at[int](probe, "periodSeconds")*at[int](probe, "failureThreshold")) * time.Second; part == "api" && lame <= notices+5*time.Second {
			t.Errorf("%s: a lame duck of %v is over before the probe, which takes %v, has been noticed by all", part, lame, notices)
		}
	}
	api := all["Deployment kiennghi-api"]
	if !covers(at[object](all["Service kiennghi-api"], "spec", "selector"), at[object](api, "spec", "template", "metadata", "labels")) {
		t.Error("the Service does not take the pods")
	}
	if at[string](all["HorizontalPodAutoscaler kiennghi-api"], "spec", "scaleTargetRef", "name") != "kiennghi-api" || api["replicas"] != nil {
		t.Error("the autoscaler has no Deployment for itself")
	}
	if deny := at[object](all["NetworkPolicy default-deny"], "spec"); len(at[object](deny, "podSelector")) != 0 || len(at[[]any](deny, "policyTypes")) != 2 || deny["ingress"] != nil || deny["egress"] != nil {
		t.Error("default-deny lets something through")
	}
}

func checkRestricted(t *testing.T, part string, pod object) {
	t.Helper()
	c := objects(at[[]any](pod, "containers"))[0]
	switch {
	case !at[bool](pod, "securityContext", "runAsNonRoot"), at[int](pod, "securityContext", "runAsUser") == 0,
		at[string](pod, "securityContext", "seccompProfile", "type") != "RuntimeDefault", pod["automountServiceAccountToken"] != false,
		pod["enableServiceLinks"] != false:
		t.Errorf("%s: the pod is not restricted", part)
	case c["securityContext"] == nil, at[object](c, "securityContext")["allowPrivilegeEscalation"] != false,
		!at[bool](c, "securityContext", "readOnlyRootFilesystem"), fmt.Sprint(at[object](c, "securityContext", "capabilities")["drop"]) != "[ALL]":
		t.Errorf("%s: the container is not restricted", part)
	case at[string](c, "resources", "limits", "memory") == "", at[string](c, "resources", "requests", "cpu") == "":
		t.Errorf("%s: no requests or limits", part)
	}
	volumes, mounts := map[string]bool{}, map[string]string{}
	for _, v := range objects(at[[]any](pod, "volumes")) {
		volumes[at[string](v, "name")] = true
	}
	for _, m := range objects(at[[]any](c, "volumeMounts")) {
		if !volumes[at[string](m, "name")] {
			t.Errorf("%s mounts %v, which is not there", part, m["name"])
		}
		mounts[at[string](m, "mountPath")] = at[string](m, "name")
	}
	for _, p := range []string{"/data", "/tmp", "/run/secrets/kiennghi"} {
		if mounts[p] == "" {
			t.Errorf("%s: nothing is mounted at %s", part, p)
		}
	}
}

// checkProbes wants probes on ports of the container and on paths of the contract.
func checkProbes(t *testing.T, part string, c object) {
	t.Helper()
	ports := map[string]bool{}
	for _, p := range objects(at[[]any](c, "ports")) {
		ports[at[string](p, "name")] = true
	}
	want := map[string]string{"livenessProbe": "/healthz", "readinessProbe": "/readyz"}
	if part == "worker" {
		want["readinessProbe"] = "/healthz" // the metrics address has no other
	}
	for _, probe := range slices.Sorted(maps.Keys(want)) {
		p, port := at[string](c, probe, "httpGet", "path"), at[string](c, probe, "httpGet", "port")
		if p != want[probe] || !has(t, p) || !ports[port] {
			t.Errorf("%s: the %s asks %s on %s", part, probe, p, port)
		}
	}
}

func TestKustomize(t *testing.T) {
	t.Parallel()
	kubectl := programtest.Tool(t, "the kustomization", "kubectl")
	if out, err := exec.Command(kubectl, "kustomize", "kubernetes").CombinedOutput(); err != nil || strings.Contains(string(out), "image: kiennghi\n") {
		t.Errorf("%v\n%s", err, out)
	}
}
