package schemas

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	kustomize "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// kinds are the types of what the manifests may have, by version and kind.
var kinds = map[string]func() any{
	"apps/v1 Deployment":                            func() any { return new(apps.Deployment) },
	"autoscaling/v2 HorizontalPodAutoscaler":        func() any { return new(autoscaling.HorizontalPodAutoscaler) },
	"policy/v1 PodDisruptionBudget":                 func() any { return new(policy.PodDisruptionBudget) },
	"networking.k8s.io/v1 NetworkPolicy":            func() any { return new(networking.NetworkPolicy) },
	"networking.k8s.io/v1 Ingress":                  func() any { return new(networking.Ingress) },
	"v1 Service":                                    func() any { return new(core.Service) },
	"v1 ServiceAccount":                             func() any { return new(core.ServiceAccount) },
	"v1 ConfigMap":                                  func() any { return new(core.ConfigMap) },
	"v1 Secret":                                     func() any { return new(core.Secret) },
	"v1 Namespace":                                  func() any { return new(core.Namespace) },
	"kustomize.config.k8s.io/v1beta1 Kustomization": func() any { return new(kustomize.Kustomization) },
}

func TestKubernetes(t *testing.T) {
	files, err := filepath.Glob("../kubernetes/*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			var of meta.TypeMeta
			if err := yaml.Unmarshal(document, &of); err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			if of.Kind == "" && len(bytes.TrimSpace(document)) == 0 {
				continue
			}
			n++
			is := kinds[of.APIVersion+" "+of.Kind]
			if is == nil {
				t.Errorf("%s: %s %s has no schema here", file, of.APIVersion, of.Kind)
				continue
			}
			if err := yaml.UnmarshalStrict(document, is()); err != nil {
				t.Errorf("%s: %s: %v", file, of.Kind, err)
			}
		}
		if n == 0 {
			t.Errorf("%s has nothing", file)
		}
	}
	if err := yaml.UnmarshalStrict([]byte("kind: Service\nspec: {prots: []}"), new(core.Service)); err == nil {
		t.Error("a field that does not exist is taken")
	}
}

func TestCompose(t *testing.T) {
	text, err := os.ReadFile("../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	load := func(text []byte) error {
		_, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{WorkingDir: "..", ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: text}}}, func(o *loader.Options) {
			o.SetProjectName("kiennghi", true)
		})
		return err
	}
	if err := load(text); err != nil {
		t.Error(err)
	}
	if err := load(bytes.Replace(text, []byte("  restart:"), []byte("  restrat:"), 1)); err == nil {
		t.Error("a field that does not exist is taken")
	}
}
