//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	"golang.org/x/sync/errgroup"
	"gopkg.in/yaml.v3"
)

// floor is the least that a plan can be: the file is parsed into YAML's nodes
// and, where there is a space, every page of both kinds is fetched and cut into
// its objects meanwhile. Nothing is validated, decoded or compared.
func floor(args []string) error {
	var g errgroup.Group
	g.Go(func() error {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		var document yaml.Node
		return yaml.NewDecoder(bytes.NewReader(text)).Decode(&document)
	})
	for _, space := range args[1:] {
		for _, kind := range []string{"conferences", "rooms"} {
			g.Go(func() error { return list(space + "/api/video/" + kind + "?page_size=1000") })
		}
	}
	return g.Wait()
}

func list(url string) error {
	for url != "" {
		req, err := http.NewRequest("GET", url, nil)
		if err != nil {
			return err
		}
		req.SetBasicAuth(project, token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return err
		}
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", resp.Status, body)
		}
		var page struct {
			Data  []json.RawMessage
			Links struct{ Next string }
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return err
		}
		url = page.Links.Next
	}
	return nil
}
