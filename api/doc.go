// Package api is the HTTP contract in Go: wire types, the server interface and
// the specification itself, all made from openapi.yaml by `go generate ./api`.
// It is a leaf: it knows nothing of the rest of the program.
//
// # Handlers
//
// A handler implements [StrictServerInterface], one method per operationId.
// [NewStrictHandler] turns it into a [ServerInterface], which
// [RegisterHandlers] adds to a Fiber app. Generated code decodes but does not
// enforce lengths, patterns or required fields; validate against [Spec] first.
//
// # Errors
//
// There is no Go type per operation and error. A handler returns an error, and
// the app's error handler writes it as a [Problem], or as a [StaleProblem] for
// 412. overlay.yaml is what hides the error responses from the generator.
//
// # Optional and nullable
//
// A field that may be absent or null is a pointer. A nullable field that is
// always present is written as null when the pointer is nil. Optional lists are
// plain slices. Lists in answers are always present: a nil slice would be
// written as null, which breaks the contract, so make it empty.
//
// # Bodies that may be left out
//
// Operations without anything to say (take, submit, approve, publish, retry)
// declare no body and ignore one. For those with an optional body the
// generated code answers 400 when it is left out, unless [EmptyBody] ran
// before: then the handler sees the same as for {}.
//
// # Streams
//
// [StreamEvents200TextEventStreamResponse] flushes after every read of its
// Body and closes it in the end; a reader that blocks until the next event is
// enough. The other binary responses copy their Body into memory first. A
// handler that wants to stream returns a type of its own with the Visit method
// of the operation and calls SetBodyStream there. The generated code for
// createUpload reads the whole request into memory; to read it as a stream,
// embed the ServerInterface in a struct that has its own CreateUpload.
package api

//go:generate cp ../openapi.yaml openapi.gen.yaml
//go:generate go tool oapi-codegen -config types.yaml ../openapi.yaml
//go:generate go tool oapi-codegen -config server.yaml ../openapi.yaml
