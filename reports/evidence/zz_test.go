package evidence
import ("testing";"os";"path/filepath")
func TestReal(t *testing.T){
 v,_:=Open(t.TempDir())
 files,_:=filepath.Glob("/root/go/pkg/mod/github.com/gabriel-vasile/mimetype@v1.4.16/testdata/*")
 more,_:=filepath.Glob("/tmp/real/*"); files=append(files,more...)
 for _,n:=range files { f,_:=os.Open(n); s,err:=v.Put(t.Context(),f,Limits{Bytes:50<<20}); t.Log(filepath.Base(n),s.Type,s.Bytes,err); f.Close() }
}
