// A MongoDB-compatible server for tests, where there is no mongod: FerretDB with its SQLite backend.
//
//	ferretdb ADDRESS FOLDER
//
// Serves at ADDRESS (127.0.0.1:0 for any free port), which it prints once it does, and keeps everything
// in FOLDER.
//
// It is FerretDB's library and not its command, since that one panics unless it was built in a clone of
// its repository, with files that are generated there.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: ferretdb ADDRESS FOLDER")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(address, folder string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: address},
		Handler:   "sqlite",
		// Waiting for the disk is for power cuts: what was written survives the end of this process without.
		SQLiteURL: "file:" + folder + "/?_pragma=synchronous(off)",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	fmt.Println(strings.Trim(strings.TrimPrefix(server.MongoDBURI(), "mongodb://"), "/"))
	return server.Run(ctx)
}
