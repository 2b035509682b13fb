// Package schemas checks the manifests of deploy against the schemas of those who read them:
// Kubernetes, kustomize and compose. A field that does not exist there fails.
package schemas
