package web

import (
	"html/template"
	"strconv"
	"text/template/parse"
)

// fold puts what {{t "a.key"}} and {{asset "a.js"}} always say into the templates when
// they are read, because a call costs more than all else on a page that has a hundred of
// them. A text that is not there stays a call, which tells of it. It is done before the
// first execution, when the texts are not escaped for their places yet: they must not
// stand in scripts or styles.
func (s *Site) fold(t *template.Template, lang string) {
	f := folder{s, lang}
	for _, one := range t.Templates() {
		if one.Tree != nil && one.Tree.Root != nil {
			f.list(one.Tree.Root)
		}
	}
}

type folder struct {
	s    *Site
	lang string
}

func (f folder) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for i, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			if text, ok := f.constant(n.Pipe); ok {
				l.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(template.HTMLEscapeString(text))}
			} else {
				f.pipe(n.Pipe)
			}
		case *parse.IfNode:
			f.branch(&n.BranchNode)
		case *parse.RangeNode:
			f.branch(&n.BranchNode)
		case *parse.WithNode:
			f.branch(&n.BranchNode)
		case *parse.TemplateNode:
			f.pipe(n.Pipe)
		}
	}
}

func (f folder) branch(n *parse.BranchNode) {
	f.pipe(n.Pipe)
	f.list(n.List)
	f.list(n.ElseList)
}

// pipe folds calls in parentheses: (t "a.key").
func (f folder) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, c := range p.Cmds {
		for i, arg := range c.Args {
			if inner, ok := arg.(*parse.PipeNode); ok {
				if text, ok := f.constant(inner); ok {
					c.Args[i] = &parse.StringNode{NodeType: parse.NodeString, Pos: inner.Pos, Quoted: strconv.Quote(text), Text: text}
				} else {
					f.pipe(inner)
				}
			}
		}
	}
}

// constant returns what a pipeline says whenever it runs, if that is so.
func (f folder) constant(p *parse.PipeNode) (string, bool) {
	if len(p.Decl) > 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 2 {
		return "", false
	}
	name, isCall := p.Cmds[0].Args[0].(*parse.IdentifierNode)
	key, isText := p.Cmds[0].Args[1].(*parse.StringNode)
	switch {
	case !isCall || !isText:
		return "", false
	case name.Ident == "t" && f.s.Has(key.Text):
		return f.s.T(f.lang, key.Text), true
	case name.Ident == "asset" && f.s.assets.files[key.Text] != nil:
		return f.s.Asset(key.Text), true
	}
	return "", false
}
