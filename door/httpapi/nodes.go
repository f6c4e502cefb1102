package httpapi

import (
	"context"
	"net/http"

	"conurb/area"
	"conurb/locale"
	"conurb/trust/rights"
)

// Nodes is what the door needs of a node among the others.
type Nodes interface {
	// Here is the node itself.
	Here() NodeHere
	// Standing asks the other nodes and counts the post.
	Standing(ctx context.Context) (NodeStanding, error)
	// Retry gives a message that waits for a person another turn; ErrUnknown where none does.
	Retry(ctx context.Context, id string) error
}

// NodeHere is a node as it says of itself.
type NodeHere struct {
	Name        string
	Title       area.Text
	URL         string
	Fingerprint string
	Authority   string // that issues licences; empty: none
	Demo        bool   // people and licences on it are invented
	Others      []NodeLink
}

// NodeLink is where another node is: anybody may know that.
type NodeLink struct {
	Name  string
	Title area.Text
	URL   string
}

// NodeStanding is how a node stands among the others.
type NodeStanding struct {
	Log     int64
	Others  []NodeOther
	Letters []NodeLetter
}

// NodeOther is another node as it was just found.
type NodeOther struct {
	Name, URL, Fingerprint string
	Title                  area.Text
	Error                  string
	Ahead                  float64 // its clock, seconds
	Waiting, Dead, Failed  int
}

// NodeLetter is a message that waits for a person.
type NodeLetter struct {
	Box, ID, Other, Kind, Case string
	Code                       string // of the reason, a refusal of messages
	Args                       map[string]string
}

// Node is the node itself.
type Node struct {
	Name        string      `json:"name" doc:"The city's id, or office." example:"changsha"`
	Kind        string      `json:"kind" enum:"office,city" doc:"The metropolitan office, or a city." example:"city"`
	Title       Text        `json:"title" doc:"Its name."`
	URL         string      `json:"url" doc:"Where others reach it." example:"http://127.0.0.1:8081"`
	Fingerprint string      `json:"fingerprint" doc:"Of its card: what people compare before they believe it." example:"1a2b 3c4d"`
	Authority   string      `json:"authority,omitempty" doc:"The office that issues licences; left out where there is none." example:"长沙市行政审批服务局"`
	Demo        bool        `json:"demo" doc:"People and licences on this node are invented, and their passwords are public." example:"true"`
	Others      []Neighbour `json:"others" nullable:"false" doc:"Where the other nodes are, in the order of their names."`
}

// Neighbour is where another node is.
type Neighbour struct {
	Name  string `json:"name" doc:"The city's id, or office." example:"zhuzhou"`
	Title Text   `json:"title" doc:"Its name."`
	URL   string `json:"url" doc:"Where it is reached." example:"http://127.0.0.1:8082"`
}

// OtherNode is another node.
type OtherNode struct {
	Name        string  `json:"name" doc:"The city's id, or office." example:"zhuzhou"`
	Title       Text    `json:"title" doc:"Its name."`
	URL         string  `json:"url" doc:"Where it is reached." example:"http://127.0.0.1:8082"`
	Fingerprint string  `json:"fingerprint" doc:"Of its card." example:"1a2b 3c4d"`
	Answers     bool    `json:"answers" doc:"It answered just now." example:"true"`
	Error       string  `json:"error,omitempty" doc:"Why it did not, for those who look after the node." example:"connection refused"`
	Ahead       float64 `json:"ahead" doc:"How far its clock is ahead, seconds, as exact as a second." example:"0"`
	Waiting     int     `json:"waiting" doc:"Messages that it has not taken yet." example:"0"`
	Dead        int     `json:"dead" doc:"Messages that it will not take." example:"0"`
	Failed      int     `json:"failed" doc:"Of its messages, those without effect here." example:"0"`
}

// Letter is a message that waits for a person.
type Letter struct {
	Box    string `json:"box" enum:"out,in" doc:"out: the other node will not take it; in: it had no effect here." example:"out"`
	ID     string `json:"id" doc:"The message." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Other  string `json:"other" doc:"The other node." example:"zhuzhou"`
	Kind   string `json:"kind" doc:"What it says." example:"trust.proposal"`
	Case   string `json:"case" doc:"The case whose order it keeps." example:"trust"`
	Reason string `json:"reason" doc:"Why, in the language asked for." example:"The message is for another node."`
	Remedy string `json:"remedy" doc:"What to do about it." example:"Check the address on the other node's card."`
}

// NodesBody is how the nodes stand.
type NodesBody struct {
	Log     int64       `json:"log" doc:"Entries of this node's evidence log." example:"120"`
	Nodes   []OtherNode `json:"nodes" doc:"The other nodes."`
	Letters []Letter    `json:"letters" doc:"Messages that wait for a person."`
}

// LetterInput names a message.
type LetterInput struct {
	Language
	ID string `path:"id" doc:"The message." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) nodeRoutes(v1 string) {
	register(s, operation{method: http.MethodGet, path: v1 + "/node", id: "getNode", tag: "node", summary: "This node: its name, its place, whether it is a demonstration"}, s.node)
	register(s, operation{method: http.MethodGet, path: v1 + "/nodes", id: "listNodes", tag: "node", summary: "The other nodes: who answers, what waits for them, what needs a person"}, s.others)
	register(s, operation{method: http.MethodPost, path: v1 + "/nodes/letters/{id}/retry", id: "retryLetter", tag: "node", summary: "Give a message that waits for a person another turn", status: http.StatusNoContent}, s.retryLetter)
}

func (s *server) node(_ context.Context, _ *Language) (*answer[Node], error) {
	if s.nodes == nil {
		return nil, refuse("no-such-room")
	}
	h := s.nodes.Here()
	kind := "city"
	if h.Name == "office" {
		kind = "office"
	}
	others := []Neighbour{}
	for _, o := range h.Others {
		others = append(others, Neighbour{o.Name, text(o.Title), o.URL})
	}
	return &answer[Node]{Node{h.Name, kind, text(h.Title), h.URL, h.Fingerprint, h.Authority, h.Demo, others}}, nil
}

func (s *server) others(ctx context.Context, _ *Language) (*answer[NodesBody], error) {
	if s.nodes == nil {
		return nil, refuse("no-such-room")
	}
	if err := s.allow(ctx, rights.NodeRead, rights.Resource{City: s.nodes.Here().Name}); err != nil {
		return nil, err
	}
	st, err := s.nodes.Standing(ctx)
	if err != nil {
		return nil, err
	}
	body := NodesBody{Log: st.Log, Nodes: []OtherNode{}, Letters: []Letter{}}
	for _, o := range st.Others {
		body.Nodes = append(body.Nodes, OtherNode{o.Name, text(o.Title), o.URL, o.Fingerprint, o.Error == "", o.Error, o.Ahead, o.Waiting, o.Dead, o.Failed})
	}
	for _, l := range st.Letters {
		key := "message.refusal." + l.Code
		body.Letters = append(body.Letters, Letter{l.Box, l.ID, l.Other, l.Kind, l.Case, locale.T(language(ctx), key, l.Args), locale.T(language(ctx), key+".remedy", l.Args)})
	}
	return &answer[NodesBody]{body}, nil
}

func (s *server) retryLetter(ctx context.Context, in *LetterInput) (*nothing, error) {
	if s.nodes == nil {
		return nil, refuse("no-such-room")
	}
	if err := s.allow(ctx, rights.NodeOperate, rights.Resource{City: s.nodes.Here().Name}); err != nil {
		return nil, err
	}
	return nil, s.nodes.Retry(ctx, in.ID)
}
