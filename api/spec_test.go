package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"kiennghi/api"
)

// load parses the embedded specification and validates it with its examples.
func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// operations calls f for every operation with a name for messages.
func operations(doc *openapi3.T, f func(name string, op *openapi3.Operation)) {
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			f(method+" "+path, op)
		}
	}
}

func TestSpecIsTheRootFile(t *testing.T) {
	root, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(root, api.Spec) {
		t.Fatal("api/openapi.gen.yaml differs from openapi.yaml: run go generate ./api")
	}
}

func TestOperationsAreDescribed(t *testing.T) {
	doc := load(t)
	seen := map[string]string{}
	operations(doc, func(name string, op *openapi3.Operation) {
		if op.OperationID == "" || op.Summary == "" || op.Description == "" {
			t.Errorf("%s: operationId, summary or description is missing", name)
		}
		if other := seen[op.OperationID]; other != "" {
			t.Errorf("%s: operationId %s is also that of %s", name, op.OperationID, other)
		}
		seen[op.OperationID] = name
		if op.Security == nil {
			t.Errorf("%s: security is not stated", name)
		}
		if len(op.Tags) != 1 || doc.Tags.Get(op.Tags[0]) == nil {
			t.Errorf("%s: wants one declared tag, has %v", name, op.Tags)
		}
		for _, p := range op.Parameters {
			if p.Value.Description == "" || p.Value.Example == nil {
				t.Errorf("%s: parameter %s lacks description or example", name, p.Value.Name)
			}
		}
		if !slices.Contains(op.Tags, "service") {
			problems(t, name, op)
		}
	})
}

// problems checks that an operation states an error, and every error as a problem.
func problems(t *testing.T, name string, op *openapi3.Operation) {
	t.Helper()
	found := false
	for status, r := range op.Responses.Map() {
		if status[0] != '4' && status[0] != '5' {
			continue
		}
		found = found || status[0] == '4'
		if r.Value.Content.Get(api.ProblemType) == nil {
			t.Errorf("%s: %s is not %s", name, status, api.ProblemType)
		}
	}
	if !found {
		t.Errorf("%s: no 4xx response", name)
	}
}

func TestDeskChangesTakeIfMatch(t *testing.T) {
	operations(load(t), func(name string, op *openapi3.Operation) {
		if !strings.Contains(name, "/v1/desk/feedback/{id}") || strings.HasPrefix(name, "GET ") {
			return
		}
		p := op.Parameters.GetByInAndName("header", "If-Match")
		if p == nil || p.Required {
			t.Errorf("%s: wants an optional If-Match, so that a missing one can be answered with 428", name)
		}
		if op.Responses.Value("412") == nil || op.Responses.Value("428") == nil {
			t.Errorf("%s: lacks 412 or 428", name)
		}
	})
}

func TestEveryPropertyIsDescribed(t *testing.T) {
	for name, ref := range load(t).Components.Schemas {
		walk(name, ref, func(where string, s *openapi3.Schema) {
			if s.Description == "" {
				t.Errorf("%s: no description", where)
			}
		})
	}
}

func TestRequestBodiesAreBounded(t *testing.T) {
	operations(load(t), func(name string, op *openapi3.Operation) {
		if op.RequestBody == nil {
			return
		}
		body := op.RequestBody.Value.Content.Get("application/json")
		if body == nil {
			return
		}
		if a := body.Schema.Value.AdditionalProperties.Has; a == nil || *a {
			t.Errorf("%s: unknown fields are accepted", name)
		}
		walk(name, body.Schema, func(where string, s *openapi3.Schema) {
			bounded := s.MaxLength != nil || len(s.Enum) > 0 || s.Format != "" || s.Pattern != ""
			if s.Type.Is("string") && !bounded {
				t.Errorf("%s: a string without limit", where)
			}
			if s.Type.Is("array") && s.MaxItems == nil {
				t.Errorf("%s: a list without limit", where)
			}
		})
	})
}

// walk calls f for every property of a schema, at any depth.
func walk(where string, ref *openapi3.SchemaRef, f func(where string, s *openapi3.Schema)) {
	seen := map[*openapi3.Schema]bool{}
	var visit func(where string, ref *openapi3.SchemaRef)
	visit = func(where string, ref *openapi3.SchemaRef) {
		if ref == nil || seen[ref.Value] {
			return
		}
		seen[ref.Value] = true
		for name, p := range ref.Value.Properties {
			f(where+"."+name, p.Value)
			visit(where+"."+name, p)
		}
		if items := ref.Value.Items; items != nil {
			f(where+"[]", items.Value)
			visit(where+"[]", items)
		}
		for _, part := range ref.Value.AllOf {
			visit(where, part)
		}
	}
	visit(where, ref)
}

// An empty case must fit the schema: null where nullable, [] where a list.
func TestGeneratedTypesFitTheSchema(t *testing.T) {
	doc := load(t)
	const id, code = "0f9c2b7e41d84c56a3e2f1b09d7c8a65", "KN-7F3K-92QX"
	for name, v := range map[string]any{
		"Feedback": api.Feedback{ID: id, Code: code, Kind: api.KindFeedback, Status: api.StatusReceived, Source: api.SourceApp,
			Uploads: []api.Upload{}, Messages: []api.Message{}, Timeline: []api.TimelineItem{}},
		"DeskFeedback": api.DeskFeedback{ID: id, Code: code, Kind: api.KindFeedback, Status: api.StatusReceived, Source: api.SourceApp,
			Uploads: []api.Upload{}, Messages: []api.Message{}, Timeline: []api.TimelineItem{}, Suggestions: []api.Suggestion{},
			Notes: []api.Note{}, Replies: []api.DeskReply{}, Tasks: []api.Task{}, Ladder: []api.LadderStep{}, Sorted: []api.Sorted{}, Acceptable: []string{}, ExtensionRequests: []api.ExtensionAsk{}, Regime: api.RegimePakn, Sender: api.DeskSender{Sealed: true, Kind: api.SenderKindCitizen}},
		"Me": api.Me{ID: id, Language: api.LanguageVi},
	} {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var plain any
		if err := json.Unmarshal(raw, &plain); err != nil {
			t.Fatal(err)
		}
		if err := doc.Components.Schemas[name].Value.VisitJSON(plain, openapi3.MultiErrors()); err != nil {
			t.Errorf("%s: %v\n%s", name, err, raw)
		}
	}
}
