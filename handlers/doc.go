// Package handlers is the HTTP side: the Fiber app, its middleware, and one file per
// resource that turns wire types into models and back. A handler decodes (generated
// code), loads, authorises, calls one method of models inside one store call, and
// shows the result. Nothing is sent from here: side effects are stored work.
package handlers
