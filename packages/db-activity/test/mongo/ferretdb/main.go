// FerretDB as one small program: MongoDB's protocol over the PostgreSQL that the tests run on.
//
// A program of our own around the library, because FerretDB's own one panics when it is built from the module proxy:
// the version file that it wants is made by its release scripts.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	server, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Logger:   slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Handler:  "postgresql",
		// By the environment: arguments stand in process lists, and the URL holds a password.
		PostgreSQLURL: os.Getenv("FERRETDB_POSTGRESQL_URL"),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	// The owner holds the other end of stdin. When it is gone, killed or not, so are we.
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()

	fmt.Println(server.MongoDBURI())
	_ = server.Run(ctx)
}
