package api

import _ "embed"

// Spec is openapi.yaml as it was when this package was generated.
//
//go:embed openapi.gen.yaml
var Spec []byte

// ProblemType is the content type of every error.
const ProblemType = "application/problem+json"
