// Checks a published folder's log, checkpoints, cosignatures and a receipt with Go's own packages.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("WRONG", err)
		os.Exit(1)
	}
}

func want(right bool, words string) {
	if !right {
		must(fmt.Errorf("%s", words))
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err)
	return data
}

// A C2SP cosignature key (type 0x04), which the note package leaves to others.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(signature[:8])
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

func parseCosigner(line string) note.Verifier {
	parts := strings.SplitN(line, "+", 3)
	material, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), material...))
	want(material[0] == 4 && fmt.Sprintf("%x", sum[:4]) == parts[1], "a cosigner's key")
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), material[1:]}
}

func head(signed []byte, keys note.Verifiers) (tlog.Tree, int) {
	opened, err := note.Open(signed, keys)
	must(err)
	want(len(opened.UnverifiedSigs) == 0, "a signature by nobody")
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}, len(opened.Sigs)
}

func main() {
	folder, receipt := os.Args[1], read(os.Args[2])
	officer, err := note.NewVerifier(strings.TrimSpace(string(read(filepath.Join(folder, "officer.vkey")))))
	must(err)
	verifiers := []note.Verifier{officer}
	for _, line := range strings.Split(strings.TrimSpace(string(read(filepath.Join(folder, "scrutineers.vkeys")))), "\n") {
		verifiers = append(verifiers, parseCosigner(line))
	}
	keys := note.VerifierList(verifiers...)

	lines := bytes.Split(bytes.TrimSuffix(read(filepath.Join(folder, "log.jsonl")), []byte("\n")), []byte("\n"))
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for n, line := range lines {
		hashes, err := tlog.StoredHashes(int64(n), line, reader)
		must(err)
		stored = append(stored, hashes...)
	}
	cosignatures := 0
	paths, err := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	must(err)
	for _, path := range append(paths, filepath.Join(folder, "checkpoint")) {
		tree, signatures := head(read(path), keys)
		root, err := tlog.TreeHash(tree.N, reader)
		must(err)
		want(root == tree.Hash, path+" signs another log")
		cosignatures += signatures - 1
	}

	proof, checkpoint, _ := strings.Cut(string(receipt), "\n\n")
	told := strings.Split(proof, "\n")
	want(told[0] == "c2sp.org/tlog-proof@v1", "no receipt")
	index, err := strconv.ParseInt(strings.TrimPrefix(told[1], "index "), 10, 64)
	must(err)
	var path tlog.RecordProof
	for _, text := range told[2:] {
		hash, err := tlog.ParseHash(text)
		must(err)
		path = append(path, hash)
	}
	tree, _ := head([]byte(checkpoint), keys)
	must(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(lines[index])))
	fmt.Printf("well: %d lines, %d cosignatures, receipt of line %d\n", len(lines), cosignatures, index+1)
}
