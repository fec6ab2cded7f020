import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Exchanges through a proxy with HttpURLConnection and HttpClient. Arguments: proxy host,
 * proxy port, plain origin, TLS origin, certificate.
 */
public final class Exchanges {
    private static final byte[] BODY = new byte[200_000];

    static {
        Arrays.fill(BODY, (byte) 'a');
    }

    private final InetSocketAddress proxy;
    private final String plain;
    private final String secure;
    private final SSLContext tls;

    private Exchanges(String[] args) throws Exception {
        proxy = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        plain = args[2];
        secure = args[3];
        tls = trusting(Path.of(args[4]));
    }

    public static void main(String[] args) throws Exception {
        Exchanges exchanges = new Exchanges(args);
        exchanges.withUrlConnection();
        exchanges.withHttpClient();
    }

    private void withUrlConnection() throws Exception {
        tell("get", open(plain + "/bytes/200000"));
        tell("large", open(plain + "/bytes/5000000"));
        tell("stream", open(plain + "/stream/200000"));
        tell("missing", open(plain + "/none"));
        tell("tls-get", open(secure + "/bytes/200000"));
        HttpURLConnection post = open(plain + "/digest");
        post.setFixedLengthStreamingMode(BODY.length);
        send(post);
        tell("post", post);
        HttpURLConnection chunked = open(plain + "/digest");
        chunked.setChunkedStreamingMode(999);
        send(chunked);
        tell("chunked", chunked);
    }

    private HttpURLConnection open(String url) throws Exception {
        var connection = new URL(url).openConnection(new Proxy(Proxy.Type.HTTP, proxy));
        if (connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(tls.getSocketFactory());
        }
        return (HttpURLConnection) connection;
    }

    private static void send(HttpURLConnection connection) throws Exception {
        connection.setDoOutput(true);
        try (var out = connection.getOutputStream()) {
            out.write(BODY);
        }
    }

    private static void tell(String name, HttpURLConnection connection) throws Exception {
        int status = connection.getResponseCode();
        try (InputStream in =
                status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            tell(name, status, in.readAllBytes());
        }
    }

    /** All at once; in the clear, with its offer of h2c; in the tunnel, as HTTP/2. */
    private void withHttpClient() throws Exception {
        HttpClient client =
                HttpClient.newBuilder().proxy(ProxySelector.of(proxy)).sslContext(tls).build();
        List<CompletableFuture<Void>> told = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            told.add(ask(client, "get", request(plain + "/bytes/200000")));
        }
        told.add(ask(client, "large", request(plain + "/bytes/5000000")));
        told.add(ask(client, "stream", request(plain + "/stream/200000")));
        told.add(ask(client, "missing", request(plain + "/none")));
        told.add(ask(client, "tls-get", request(secure + "/bytes/200000")));
        var post = BodyPublishers.ofByteArray(BODY);
        told.add(ask(client, "post", request(plain + "/digest").POST(post)));
        told.add(ask(client, "tls-post", request(secure + "/digest").POST(post)));
        var chunked = BodyPublishers.fromPublisher(post);
        told.add(ask(client, "chunked", request(plain + "/digest").POST(chunked)));
        CompletableFuture.allOf(told.toArray(CompletableFuture[]::new)).get();
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url));
    }

    private static CompletableFuture<Void> ask(
            HttpClient client, String name, HttpRequest.Builder request) {
        return client.sendAsync(request.build(), BodyHandlers.ofByteArray())
                .thenAccept((HttpResponse<byte[]> answer) ->
                        tell(name, answer.statusCode(), answer.body()));
    }

    private static synchronized void tell(String name, int status, byte[] body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            System.out.println(name + " " + status + " " + HexFormat.of().formatHex(hash));
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            var read = CertificateFactory.getInstance("X.509").generateCertificate(in);
            store.setCertificateEntry("origin", read);
        }
        var factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
