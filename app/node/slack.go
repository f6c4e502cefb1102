package node

import "sync"

// slackBytes is how much may be garbage before it is collected, however little is in use.
const slackBytes = 192 << 20

// slack makes the collector wait: with the usual setting it runs whenever what is in use has
// doubled, which for a node that keeps a few megabytes and handles messages is hundreds of times a
// minute. Memory that is never touched counts as in use and takes none of the machine's. Where
// much is in use, such as street networks, it changes little.
var slack = sync.OnceValue(func() []byte { return make([]byte, slackBytes) })
