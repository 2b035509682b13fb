package api

import (
	_ "embed"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// Spec is openapi.yaml as it was when this package was generated.
//
//go:embed openapi.gen.yaml
var Spec []byte

// Document returns the contract as a tree, which is only read. Parsing takes a while
// and is done once.
var Document = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(Spec) })

// ProblemType is the content type of every error.
const ProblemType = "application/problem+json"
